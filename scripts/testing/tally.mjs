import { failuresOfCargo, failuresOfVitest } from './failures.mjs';

/**
 * `failures` has a line for each failure whose name is known.
 * @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number,
 *   readonly failures: readonly string[] }} Tally
 */

/** @type {Tally} */
export const NOTHING = Object.freeze({ passed: 0, failed: 0, skipped: 0, failures: [] });

/**
 * @param {Tally} a
 * @param {Tally} b
 * @returns {Tally}
 */
export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
});

/** @param {Tally} tally */
export function describeTally({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * What a run counts as when its runner ended badly: a crash, or a file that didn't load, is a failure even if
 * no test of it got as far as failing.
 * @param {Tally} tally
 * @param {boolean} endedWell
 * @returns {Tally}
 */
export const withExit = (tally, endedWell) =>
  endedWell || tally.failed > 0 ? tally : { ...tally, failed: 1 };

/**
 * @param {any} report vitest's JSON report
 * @returns {Tally}
 */
export function tallyOfVitest(report) {
  const unloaded = report.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: failuresOfVitest(report),
  };
}

const CARGO_RESULT = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/gm;

/**
 * @param {string} output what `cargo test` printed
 * @returns {Tally}
 */
export function tallyOfCargo(output) {
  let tally = NOTHING;
  for (const [, passed, failed, skipped] of output.matchAll(CARGO_RESULT)) {
    const counts = { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
    tally = add(tally, { ...counts, failures: [] });
  }
  return { ...tally, failures: failuresOfCargo(output) };
}
