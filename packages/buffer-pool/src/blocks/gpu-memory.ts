import type { FramerailError } from '@framerail/lifecycle';
import type { MemoryAccess } from './memory-access.js';

/** Where buffers come from, as far as they need it. */
export interface GpuSource {
  /** Why its device makes no buffers any more; `undefined` while it does. */
  readonly lost: FramerailError | undefined;
}

/** A buffer as a pool's memory: counted by its class, and maybe not there after all. */
export class GpuMemory {
  readonly buffer: GPUBuffer;
  /** What it counts as: its class, which may be more than a device with a low limit makes of it. */
  readonly byteLength: number;
  readonly #source: GpuSource;
  #failure: FramerailError | undefined;
  #outcome: Promise<FramerailError | undefined> | undefined;

  /** @param outcome - resolves with why the device hasn't made it */
  constructor(
    buffer: GPUBuffer,
    byteLength: number,
    source: GpuSource,
    outcome: Promise<FramerailError | undefined> | undefined,
  ) {
    this.buffer = buffer;
    this.byteLength = byteLength;
    this.#source = source;
    this.#outcome = outcome?.then((failure) => {
      this.#outcome = undefined;
      this.#failure = failure;
      return this.failure;
    });
  }

  /** Why nothing can be done with it; `undefined` as far as it is known. */
  get failure(): FramerailError | undefined {
    return this.#failure ?? this.#source.lost;
  }

  /** As {@link GpuMemory.failure} once the device has said what became of it; `undefined` if it has. */
  get outcome(): Promise<FramerailError | undefined> | undefined {
    return this.#outcome;
  }
}

/** Memory of a GPU. One that failed has no bytes, so that it is never lent again. */
export const GPU_ACCESS: MemoryAccess<GpuMemory> = Object.freeze({
  expected: 'a GPUBuffer',
  byteLength: (memory: unknown) => {
    if (!(memory instanceof GpuMemory)) return undefined;
    return memory.failure === undefined ? memory.byteLength : 0;
  },
  // A buffer has no parts: a loan gets all of it.
  view: (memory: GpuMemory) => memory,
});
