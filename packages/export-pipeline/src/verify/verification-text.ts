import type { Verification } from './verification.js';

/**
 * What came of checking an export, for people: one line a check, and whether all hold.
 *
 * @param verification - what `verifyExport` gave
 * @returns lines, each ended
 */
export function verificationText({ ok, checks, seconds }: Verification): string {
  const width = Math.max(...checks.map(({ id }) => id.length));
  const lines = checks.map((check) => {
    const expected = check.ok ? `(expected ${check.expected})` : `but expected ${check.expected}`;
    return `${check.ok ? 'ok    ' : 'FAILED'}  ${check.id.padEnd(width)}  ${check.actual} ${expected}\n`;
  });
  const failed = checks.filter((check) => !check.ok).length;
  const verdict = ok ? 'The file is what it should be' : `${failed} of ${checks.length} checks failed`;
  return `${lines.join('')}${verdict} (checked in ${seconds.toFixed(1)} s)\n`;
}
