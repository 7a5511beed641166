/**
 * @typedef {object} Report
 * @property {(step: string, result: string) => void} done one line about a step
 * @property {(step: string, what: string) => void} begin says that something long has begun
 * @property {(step: string, message: string) => void} warn something is missing and the set-up goes on
 * @property {(message: string) => void} fail why the set-up stops
 */

/**
 * One line a step. Quiet: what was there already isn't mentioned, and the rest goes to stderr, because stdout
 * belongs to the command that follows.
 * @param {{ quiet: boolean, write?: (text: string) => void }} options
 * @returns {Report}
 */
export function createReport({
  quiet,
  write = (text) => (quiet ? process.stderr : process.stdout).write(text),
}) {
  /** @param {string} step @param {string} text */
  const line = (step, text) => write(`${step.padEnd(10)}${text}\n`);
  let began = false;
  return {
    begin(step, what) {
      began = true;
      line(step, `${what} …`);
    },
    done(step, result) {
      if (!quiet || began) line(step, result);
      began = false;
    },
    warn: (step, message) => line(step, message),
    fail: (message) => void process.stderr.write(`set-up failed: ${message}\n`),
  };
}
