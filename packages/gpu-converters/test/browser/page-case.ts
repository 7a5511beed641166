import type { ContractCase } from '@framerail/lifecycle/testing';

/** One demand of the page. */
export type PageCase = ContractCase;

/** What the page tells the test that opened it. */
export interface PageReport {
  readonly adapter: string;
  readonly cases: readonly { readonly name: string; readonly failure: string }[];
  /** What this browser did where the standard leaves it open. */
  readonly notes: readonly string[];
}

/** Throws unless both are the same bytes. */
export function expectBytes(actual: Uint8Array, expected: ArrayLike<number>, what: string): void {
  if (actual.length !== expected.length)
    throw new Error(`${what}: expected ${expected.length} bytes but received ${actual.length}`);
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  if (at >= 0) throw new Error(`${what}: expected ${expected[at]} at byte ${at} but received ${actual[at]}`);
}

/** Throws unless both are the same as JSON. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [have, want] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (have !== want) throw new Error(`${what}: expected ${want} but received ${have}`);
}
