import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectEnvironment } from '../workspace/node.mjs';
import { ROOT } from '../workspace/packages.mjs';
import { NOTHING, tallyOfVitest, withExit } from './tally.mjs';

/**
 * @param {readonly string[]} args filters and options for vitest
 * @param {{ env: NodeJS.ProcessEnv, folder: string }} options `folder`: where its report may be written
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
export async function runVitest(args, { env, folder }) {
  const report = join(folder, 'vitest.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: ROOT,
    env: projectEnvironment(env),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const tally = existsSync(report) ? tallyOfVitest(JSON.parse(readFileSync(report, 'utf8'))) : NOTHING;
  return withExit(tally, code === 0);
}
