import { spawn } from 'node:child_process';

/** The end of what a failed command said is what tells; more would bury it. */
const KEPT_BYTES = 16 * 1024;

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok whether it ended by itself with status 0
 * @property {boolean} timedOut
 * @property {string} stdout
 * @property {string} tail the end of stdout and stderr together
 * @property {number} seconds
 */

/**
 * Runs a command to its end, its output kept.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, keepStdout?: boolean }} [options]
 * @returns {Promise<CommandResult>}
 */
export function run(command, args, options = {}) {
  const startedMs = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a script on Windows, which only its shell starts.
      shell: process.platform === 'win32',
    });
    let stdout = '';
    let tail = '';
    let timedOut = false;
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      tail = (tail + chunk.toString()).slice(-KEPT_BYTES);
    };
    child.stdout.on('data', (chunk) => {
      if (options.keepStdout) stdout += chunk.toString();
      else keep(chunk);
    });
    child.stderr.on('data', keep);
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, options.timeoutMs);
    /** @param {boolean} ok */
    const finish = (ok) => {
      clearTimeout(timer);
      resolve({ ok, timedOut, stdout, tail: tail.trim(), seconds: (Date.now() - startedMs) / 1000 });
    };
    child.on('error', (error) => {
      tail += error.message;
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}

/**
 * Runs a command up to three times: mirrors and registries have their moments.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export async function runWithRetries(command, args, options) {
  for (let attempt = 1; ; attempt += 1) {
    const result = await run(command, args, options);
    if (result.ok || attempt === 3) return result;
    await new Promise((resolve) => setTimeout(resolve, 2000 * attempt));
  }
}

/** @param {number} seconds */
export const inSeconds = (seconds) => `in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
