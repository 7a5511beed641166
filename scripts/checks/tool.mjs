import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findCommand } from '../workspace/commands.mjs';
import { projectEnvironment } from '../workspace/node.mjs';
import { ROOT } from '../workspace/packages.mjs';

/**
 * @typedef {object} CheckResult
 * @property {readonly string[]} problems each a line or several; none when the check holds
 * @property {readonly string[]} [notes] worth a look, but no failure
 */

/**
 * Runs a tool; all that it says is the problem when it ends badly.
 * @param {string} command a command of node_modules/.bin, or one on the PATH
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<CheckResult>}
 */
export async function runTool(command, args, { cwd = ROOT, env = {} } = {}) {
  const { code, output } = await outputOf(command, args, { cwd, env });
  return { problems: code === 0 ? [] : [output.trim() || `${command} ended with status ${code}`] };
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number | null, output: string, stdout: string }>}
 */
export function outputOf(command, args, { cwd = ROOT, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...projectEnvironment(), NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, stdout }));
  });
}

/**
 * Runs cargo in `native/`. Without cargo the check can't hold or fail: that is a failure in CI and a note elsewhere.
 * @param {readonly string[]} args
 * @returns {Promise<CheckResult>}
 */
export async function runCargo(args) {
  if (findCommand('cargo') !== undefined) return runTool('cargo', args, { cwd: join(ROOT, 'native') });
  const message = `left out: cargo ${args[0]}, because cargo is not on the PATH`;
  return process.env['CI'] === 'true' ? { problems: [message] } : { problems: [], notes: [message] };
}
