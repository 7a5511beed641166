import { expectLimit, FramerailError } from '@framerail/lifecycle';

/** Counts bytes of GPU memory against a budget. */
export class MemoryAccount {
  /** The budget, in bytes. */
  readonly maxBytes: number;
  #bytes = 0;
  #peakBytes = 0;

  /** @param maxBytes - an integer of 1 or more @throws FramerailError `E_UNBOUNDED`, `E_INVALID_ARGUMENT` */
  constructor(maxBytes: number) {
    this.maxBytes = expectLimit('maxBytes', maxBytes);
  }

  /** Bytes that are taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The most that were taken at once. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /**
   * Takes bytes.
   *
   * @returns gives them back; harmless when called twice
   * @throws FramerailError `E_GPU_BUDGET` with `details` `{ needed, bytes, maxBytes }`
   */
  take(needed: number, what: string): () => void {
    if (this.#bytes + needed > this.maxBytes) throw budgetError(needed, this, what);
    this.#bytes += needed;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    let taken = true;
    return () => {
      if (taken) this.#bytes -= needed;
      taken = false;
    };
  }
}

function budgetError(needed: number, { bytes, maxBytes }: MemoryAccount, what: string): FramerailError {
  return new FramerailError({
    code: 'E_GPU_BUDGET',
    message:
      `Expected ${what} to fit into the GPU memory budget of ${maxBytes} bytes but received ${needed} bytes ` +
      `where ${bytes} are in use; destroy something, use smaller frames or fewer slots, or raise maxBytes`,
    details: { needed, bytes, maxBytes },
  });
}
