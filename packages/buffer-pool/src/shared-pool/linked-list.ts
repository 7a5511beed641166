import type { ControlWords } from './control-words.js';

// Lists of records whose first two words point at the previous and the next one. `first` is the word that points at the
// list's first record.
const PREV = 0;
const NEXT = 1;

/** Puts a record before all others of a list. */
export function pushFirst(control: ControlWords, first: number, at: number): void {
  const next = control.get(first);
  control.set(at + PREV, 0);
  control.set(at + NEXT, next);
  if (next !== 0) control.set(next + PREV, at);
  control.set(first, at);
}

/** Takes a record out of a list. */
export function unlink(control: ControlWords, first: number, at: number): void {
  const prev = control.get(at + PREV);
  const next = control.get(at + NEXT);
  if (prev !== 0) control.set(prev + NEXT, next);
  else control.set(first, next);
  if (next !== 0) control.set(next + PREV, prev);
}

/** Takes the first record out of a list. @returns 0 if the list is empty */
export function popFirst(control: ControlWords, first: number): number {
  const at = control.get(first);
  if (at !== 0) unlink(control, first, at);
  return at;
}
