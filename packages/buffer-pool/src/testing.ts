import type { Allocator } from './allocators/allocator.js';

export type { Allocator } from './allocators/allocator.js';

/** One demand of a contract, for any test runner. */
export interface ContractCase {
  /** What must hold. */
  readonly name: string;
  /** Throws if it doesn't. */
  run(): void;
}

/** Sizes at which allocators go wrong: tiny, about a page, odd, and a 4K NV12 frame. */
const SIZES = [1, 2, 63, 64, 4095, 4096, 4097, 65_537, 1_000_003, 12_441_600];

/**
 * What every {@link Allocator} must do, as cases for the test runner at hand:
 * `for (const { name, run } of allocatorContract({ createAllocator })) test(name, run)`.
 *
 * @param options - `createAllocator` makes the allocator under test, anew for each case
 */
export function allocatorContract(options: { createAllocator: () => Allocator }): readonly ContractCase[] {
  const { createAllocator } = options;
  return [
    {
      name: 'has a name',
      run() {
        const { name } = createAllocator();
        demand(typeof name === 'string' && name !== '', `a name, not ${JSON.stringify(name)}`);
      },
    },
    {
      name: 'gives exactly the bytes that were asked for',
      run() {
        const allocator = createAllocator();
        for (const size of SIZES) {
          const memory = allocator.allocate(size);
          demand(memory instanceof Uint8Array, `a Uint8Array for ${size} bytes`);
          demand(memory.byteLength === size, `${size} bytes, not ${memory.byteLength}`);
          allocator.free(memory);
        }
      },
    },
    {
      name: 'gives memory that can be written to its last byte and overlaps nothing else',
      run() {
        const allocator = createAllocator();
        const memories = SIZES.map((size) => allocator.allocate(size));
        for (const [index, memory] of memories.entries()) memory.fill(index + 1);
        for (const [index, memory] of memories.entries()) {
          demand(
            memory.every((byte) => byte === index + 1),
            `memory ${index} to keep what was written to it`,
          );
        }
        for (const memory of memories) allocator.free(memory);
      },
    },
    {
      name: 'goes on after memory came back, in any order, and leaves other memory alone',
      run() {
        const allocator = createAllocator();
        const kept = allocator.allocate(10_000).fill(0xa5);
        const others = SIZES.map((size) => allocator.allocate(size).fill(0x5a));
        for (const memory of others.reverse()) allocator.free(memory);
        const next = allocator.allocate(10_000).fill(0x5a);
        demand(
          kept.every((byte) => byte === 0xa5),
          'memory that was kept to stay as it is',
        );
        allocator.free(next);
        allocator.free(kept);
      },
    },
  ];
}

function demand(holds: boolean, expected: string): void {
  if (!holds) throw new Error(`Expected ${expected}`);
}
