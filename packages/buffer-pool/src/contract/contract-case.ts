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
