/** One demand of a contract, for any test runner: `test(name, run)`. */
export interface ContractCase {
  /** What must hold. */
  readonly name: string;
  /** Throws or rejects if it doesn't. */
  run(): void | Promise<void>;
}

/**
 * Throws unless something holds.
 *
 * @param expected - what should be, after the word "Expected"; a function where making the text costs something
 */
export function demand(holds: boolean, expected: string | (() => string)): asserts holds {
  if (!holds) throw new Error(`Expected ${typeof expected === 'string' ? expected : expected()}`);
}

/**
 * Demands that a call throws, or rejects with, an error of a code.
 *
 * @param code - such as `E_ABORTED`
 * @param call - what should fail
 * @returns the error
 */
export async function demandCode(code: string, call: () => unknown): Promise<unknown> {
  let thrown: unknown;
  try {
    await call();
  } catch (error) {
    thrown = error;
  }
  const received = (thrown as { code?: unknown } | null | undefined)?.code ?? thrown ?? 'nothing thrown';
  demand(received === code, `an error with code ${code}, not ${String(received)}`);
  return thrown;
}
