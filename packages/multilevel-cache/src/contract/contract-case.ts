/** One demand of a contract, for any test runner. */
export interface ContractCase {
  /** What must hold. */
  readonly name: string;
  /** Throws or rejects if it doesn't. */
  run(): void | Promise<void>;
}

/** Fails a case with what it expected. */
export function demand(holds: boolean, expected: string): asserts holds {
  if (!holds) throw new Error(`Expected ${expected}`);
}

/** Demands that a call throws or rejects with an error of this code. */
export async function demandCode(code: string, call: () => unknown): Promise<void> {
  let received: unknown = 'nothing thrown';
  try {
    await call();
  } catch (error) {
    received = (error as { code?: unknown } | null)?.code ?? error;
  }
  demand(received === code, `an error with code ${code}, not ${String(received)}`);
}
