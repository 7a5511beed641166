/**
 * Throws unless something holds.
 *
 * @param expected - what should be, after the word "Expected"
 */
export function demand(holds: boolean, expected: string | (() => string)): void {
  if (!holds) throw new Error(`Expected ${typeof expected === 'string' ? expected : expected()}`);
}
