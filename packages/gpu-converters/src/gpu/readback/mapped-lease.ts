import { FramerailError, type Lease } from '@framerail/lifecycle';
import { deviceLost } from '../gpu-errors.js';

/** Mapped memory on loan, shared by its holders. */
export interface MappedMemory {
  /** A view of the mapped range, of the bytes that were asked for. */
  readonly bytes: Uint8Array;
  /** Called once, when the last holder has released. */
  readonly onRelease: () => void;
}

/** Lends mapped memory, and hears of leases that are collected as garbage without having been released. */
export class MappedLender {
  readonly #collected: FinalizationRegistry<undefined>;

  /** @param onLost - called for each such lease, some time later */
  constructor(onLost: () => void) {
    this.#collected = new FinalizationRegistry(onLost);
  }

  /** Makes the lease of a first holder. */
  lend(memory: MappedMemory): Lease {
    return new MappedLease({ ...memory, holders: 0 }, this.#collected);
  }
}

interface SharedMemory extends MappedMemory {
  holders: number;
}

class MappedLease implements Lease {
  readonly byteLength: number;
  readonly #collected: FinalizationRegistry<undefined>;
  #memory: SharedMemory | undefined;

  constructor(memory: SharedMemory, collected: FinalizationRegistry<undefined>) {
    memory.holders += 1;
    this.#memory = memory;
    this.byteLength = memory.bytes.byteLength;
    this.#collected = collected;
    collected.register(this, undefined, this);
  }

  get bytes(): Uint8Array {
    const { bytes } = this.#held('Reading');
    // Unmapping behind the lease detaches the view: an error rather than no bytes.
    if (bytes.byteLength !== this.byteLength)
      throw deviceLost('destroyed', "the result's memory went with it");
    return bytes;
  }

  retain(): Lease {
    return new MappedLease(this.#held('Retaining'), this.#collected);
  }

  release(): void {
    const memory = this.#held('Releasing');
    this.#memory = undefined;
    this.#collected.unregister(this);
    memory.holders -= 1;
    if (memory.holders === 0) memory.onRelease();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #held(deed: string): SharedMemory {
    if (this.#memory !== undefined) return this.#memory;
    throw new FramerailError({
      code: 'E_LEASE_RELEASED',
      message: `${deed} a lease of ${this.byteLength} bytes of GPU memory was refused because it has been released; release it once, when its last reader is done`,
      details: { byteLength: this.byteLength },
    });
  }
}
