import { relative } from 'node:path';
import { ROOT } from '../workspace/packages.mjs';

/**
 * The tests that failed, a line each with the first line of why: what a reader of the end of a long log needs.
 *
 * @param {any} report vitest's JSON report
 * @returns {string[]}
 */
export function failuresOfVitest(report) {
  return report.testResults.flatMap((/** @type {any} */ file) => {
    const name = relative(ROOT, file.name);
    const tests = file.assertionResults.filter((/** @type {any} */ test) => test.status === 'failed');
    if (file.status === 'failed' && tests.length === 0) return [`${name}: ${firstLine(file.message)}`];
    return tests.map(
      (/** @type {any} */ test) => `${name} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`,
    );
  });
}

/**
 * @param {string} output what `cargo test` printed
 * @returns {string[]}
 */
export function failuresOfCargo(output) {
  return [...output.matchAll(/^---- (.+) stdout ----$/gm)].map(([, name]) => `native > ${name}`);
}

/** @param {string | undefined} text */
function firstLine(text) {
  return (text ?? 'it failed without a message').trim().split('\n', 1)[0]?.slice(0, 300) ?? '';
}
