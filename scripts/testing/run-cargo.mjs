import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand } from '../workspace/commands.mjs';
import { ROOT } from '../workspace/packages.mjs';
import { NOTHING, tallyOfCargo, withExit } from './tally.mjs';

/**
 * Runs the tests of the Rust crates; without cargo they are recorded as left out, and count as failed in CI.
 * @param {{ env: NodeJS.ProcessEnv, leftOutPath: string }} options
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
export async function runCargoTests({ env, leftOutPath }) {
  const cargo = findCommand('cargo');
  if (cargo === undefined) {
    const entry = { test: 'native (cargo test)', needs: 'cargo', reason: 'cargo is not on the PATH' };
    appendFileSync(leftOutPath, `${JSON.stringify(entry)}\n`);
    return withExit(NOTHING, env['CI'] !== 'true');
  }
  console.log('\ncargo test');
  const child = spawn(cargo, ['test', '--workspace', '--quiet'], {
    cwd: join(ROOT, 'native'),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return withExit(tallyOfCargo(output), code === 0);
}
