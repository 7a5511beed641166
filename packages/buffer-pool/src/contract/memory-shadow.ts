import { demand } from '@framerail/lifecycle/testing';
import type { Allocator } from '../allocators/allocator.js';
import type { MemoryProbe } from './memory-probe.js';
import { randomNumbers } from './random-numbers.js';

/** An allocator under test with a record of what it should hold. */
export interface MemoryShadow<Memory> {
  readonly allocator: Allocator<Memory>;
  /** Allocates, and demands the right size and memory that isn't held already. */
  allocate(byteLength: number): Memory;
  /** Gives memory back. */
  free(memory: Memory): void;
  /** Fills memory with a value of its own. */
  mark(memory: Memory): Promise<void>;
  /** Demands that all that was marked and not freed is as it was left. */
  verify(): Promise<void>;
  /** Allocates and frees at random and demands that nothing that is held changes; frees all at the end. */
  comeAndGo(options: {
    readonly steps: number;
    readonly maxBytes: number;
    readonly seed: number;
  }): Promise<void>;
}

/** Begins a record of what an allocator holds. */
export function createShadow<Memory>(
  allocator: Allocator<Memory>,
  probe: MemoryProbe<Memory>,
): MemoryShadow<Memory> {
  const { granularityBytes = 1 } = probe;
  const held = new Set<Memory>();
  const marks = new Map<Memory, number>();
  const sizes = new Map<Memory, number>();
  let lastMark = 0;

  /** Demands that held memory has its size and its mark. */
  const look = async (memory: Memory): Promise<void> => {
    const [size, now] = [sizes.get(memory), probe.byteLength(memory)];
    demand(now === size, `memory of ${size} bytes to keep them while it is held, not ${now}`);
    const isAsLeft = await probe.isFilledWith(memory, marks.get(memory) as number);
    demand(isAsLeft, `memory of ${size} bytes to keep what was written to it`);
  };

  const shadow: MemoryShadow<Memory> = {
    allocator,
    allocate(byteLength) {
      const memory = allocator.allocate(byteLength);
      demand(memory !== undefined && memory !== null, `memory of ${byteLength} bytes, not ${String(memory)}`);
      demand(!held.has(memory), `memory for ${byteLength} bytes that isn't held already`);
      const expected = Math.ceil(byteLength / granularityBytes) * granularityBytes;
      const received = probe.byteLength(memory);
      demand(received === expected, `${expected} bytes, not ${received}`);
      held.add(memory);
      sizes.set(memory, received);
      return memory;
    },
    free(memory) {
      held.delete(memory);
      marks.delete(memory);
      sizes.delete(memory);
      allocator.free(memory);
    },
    async mark(memory) {
      // Never 0, which is what fresh memory has.
      lastMark = (lastMark % 255) + 1;
      marks.set(memory, lastMark);
      await probe.fill(memory, lastMark);
    },
    async verify() {
      for (const memory of marks.keys()) await look(memory);
    },
    async comeAndGo({ steps, maxBytes, seed }) {
      const random = randomNumbers(seed);
      let bytes = 0;
      const freeOne = async (): Promise<void> => {
        const memory = [...held][Math.floor(random() * held.size)] as Memory;
        await look(memory);
        bytes -= sizes.get(memory) as number;
        shadow.free(memory);
      };
      for (let step = 0; step < steps; step += 1) {
        // As many of a few bytes as of a megabyte.
        const size = Math.ceil(2 ** (random() * 20));
        while (held.size > 0 && bytes + size > maxBytes) await freeOne();
        const memory = shadow.allocate(size);
        bytes += sizes.get(memory) as number;
        await shadow.mark(memory);
        if (random() < 0.45) await freeOne();
      }
      while (held.size > 0) await freeOne();
    },
  };
  return shadow;
}
