import { FramerailError, type Lease } from '@framerail/lifecycle';

/** A lease of bytes that no pool lends: they stay as long as somebody has them. */
export class HeldBytes implements Lease {
  readonly byteLength: number;
  #bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.byteLength = bytes.byteLength;
  }

  get bytes(): Uint8Array {
    if (this.#bytes !== undefined) return this.#bytes;
    throw new FramerailError({
      code: 'E_LEASE_RELEASED',
      message: 'Expected a lease that is held, but this one was released',
    });
  }

  retain(): Lease {
    return new HeldBytes(this.bytes);
  }

  release(): void {
    void this.bytes;
    this.#bytes = undefined;
  }

  [Symbol.dispose](): void {
    this.#bytes = undefined;
  }
}
