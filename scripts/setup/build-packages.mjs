import { join } from 'node:path';
import { projectEnvironment, projectNode } from '../workspace/node.mjs';
import { ROOT } from '../workspace/packages.mjs';
import { inSeconds, run } from './command.mjs';

/**
 * Builds the packages whose sources changed.
 * @param {import('./report.mjs').Report} report
 */
export async function buildPackages(report) {
  const result = await run(projectNode(), [join(ROOT, 'scripts/build.mjs')], {
    cwd: ROOT,
    env: projectEnvironment(),
  });
  if (!result.ok) throw new Error(`building the packages failed:\n${result.tail}`);
  const built = result.tail.split('\n').filter((line) => line.startsWith('built ')).length;
  if (built === 0) return report.done('build', 'packages are up to date');
  report.done('build', `built ${built} ${built === 1 ? 'package' : 'packages'} ${inSeconds(result.seconds)}`);
}
