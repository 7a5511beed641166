// What tests left out, and why: the workers append to one file, the end of the run reads it.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Something a test needed and didn't find. */
export interface LeftOut {
  /** Path of the test file, relative to the repository's root. */
  test: string;
  /** What is missing, for example `chromium`. */
  needs: string;
  /** Why it counts as missing, and what would bring it. */
  reason: string;
}

/** Names the file that the records of a run are kept in. */
export const LEFT_OUT_VARIABLE = 'FRAMERAIL_LEFT_OUT_FILE';

/** Adds a record; without a file to write to (a run that nobody reports on) it goes to stderr. */
export function recordLeftOut(entry: LeftOut): void {
  const path = process.env[LEFT_OUT_VARIABLE];
  if (path) appendFileSync(path, `${JSON.stringify(entry)}\n`);
  else console.error(describeLeftOut(entry));
}

/** The records of a run, each once, in the order in which they came. */
export function readLeftOut(path: string): LeftOut[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return [...new Set(lines)].map((line) => JSON.parse(line) as LeftOut);
}

/** One line for a person. */
export function describeLeftOut({ test, needs, reason }: LeftOut): string {
  return `left out: ${test} (needs ${needs}: ${reason})`;
}
