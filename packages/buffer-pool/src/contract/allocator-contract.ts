import { type ContractCase, demand } from '@framerail/lifecycle/testing';
import type { Allocator } from '../allocators/allocator.js';
import { bytesProbe, type MemoryProbe } from './memory-probe.js';
import { createShadow } from './memory-shadow.js';

/** What {@link allocatorContract} needs to know of an allocator of bytes. */
export interface BytesContractOptions {
  /** Makes the allocator under test, anew for each case. */
  createAllocator(): Allocator | Promise<Allocator>;
  /** How to look into its memory; default {@link bytesProbe}. */
  readonly probe?: MemoryProbe<Uint8Array> | undefined;
  /** Bytes that the suite may hold at once, 16 MiB or more; default 32 MiB. */
  readonly maxBytes?: number | undefined;
  /** Picks sizes and order of the random case; default 1. */
  readonly seed?: number | undefined;
}

/** What {@link allocatorContract} needs to know of an allocator of anything else. */
export interface ContractOptions<Memory> extends Omit<BytesContractOptions, 'createAllocator' | 'probe'> {
  /** Makes the allocator under test, anew for each case. */
  createAllocator(): Allocator<Memory> | Promise<Allocator<Memory>>;
  /** How to look into its memory. */
  readonly probe: MemoryProbe<Memory>;
}

/** Sizes at which allocators go wrong: tiny, about a page, odd, about a huge page, and a 4K NV12 frame. */
const SIZES = [1, 2, 63, 64, 65, 4095, 4096, 4097, 65_537, 1_000_003, 2_097_153, 12_441_600];

/** More than any address space has, yet an integer. */
const ABSURD_BYTES = Number.MAX_SAFE_INTEGER;

/**
 * What every {@link Allocator} must do, as cases for the test runner at hand:
 * `for (const { name, run } of allocatorContract({ createAllocator })) test(name, run)`.
 *
 * @param options - how to make the allocator, and how to look into memory that isn't a `Uint8Array`
 */
export function allocatorContract(options: BytesContractOptions): readonly ContractCase[];
export function allocatorContract<Memory>(options: ContractOptions<Memory>): readonly ContractCase[];
export function allocatorContract<Memory>(
  options: ContractOptions<Memory> | BytesContractOptions,
): readonly ContractCase[] {
  // Without a probe the first signature holds, whose memory is bytes.
  const { createAllocator, maxBytes = 1 << 25, seed = 1 } = options as ContractOptions<Memory>;
  const probe = (options.probe ?? bytesProbe()) as MemoryProbe<Memory>;
  const open = async () => createShadow(await createAllocator(), probe);
  return [
    {
      name: 'has a name',
      async run() {
        const { name } = await createAllocator();
        demand(typeof name === 'string' && name !== '', `a name, not ${JSON.stringify(name)}`);
      },
    },
    {
      name: 'gives exactly the bytes that were asked for',
      async run() {
        const shadow = await open();
        for (const size of SIZES) shadow.free(shadow.allocate(size));
      },
    },
    {
      name: 'gives memory that can be written to its last byte and overlaps nothing else',
      async run() {
        const shadow = await open();
        const memories = SIZES.map((size) => shadow.allocate(size));
        for (const memory of memories) await shadow.mark(memory);
        await shadow.verify();
        for (const memory of memories) shadow.free(memory);
      },
    },
    {
      name: 'says nothing of its alignment but what is true',
      async run() {
        const shadow = await open();
        const memories = SIZES.map((size) => shadow.allocate(size));
        // After the first allocation, which may decide where memory comes from.
        const { alignmentBytes = 0 } = shadow.allocator;
        const isPower =
          alignmentBytes === 0 || (alignmentBytes >= 1 && Number.isInteger(Math.log2(alignmentBytes)));
        demand(isPower, `0 or a power of two as alignmentBytes, not ${alignmentBytes}`);
        for (const memory of memories) {
          const address = probe.addressOf?.(memory);
          if (address === undefined || alignmentBytes === 0) continue;
          demand(
            address % alignmentBytes === 0,
            `an address at a multiple of ${alignmentBytes}, not ${address}`,
          );
        }
        for (const memory of memories) shadow.free(memory);
      },
    },
    {
      name: 'goes on after memory came back, in any order, and leaves other memory alone',
      async run() {
        const shadow = await open();
        const kept = shadow.allocate(10_000);
        await shadow.mark(kept);
        for (const memory of SIZES.map((size) => shadow.allocate(size)).reverse()) shadow.free(memory);
        const next = shadow.allocate(10_000);
        await shadow.mark(next);
        await shadow.verify();
        shadow.free(next);
        shadow.free(kept);
      },
    },
    {
      name: 'keeps what is held apart whatever comes and goes around it',
      async run() {
        const shadow = await open();
        await shadow.comeAndGo({ steps: 300, maxBytes: Math.floor(maxBytes / 2), seed });
      },
    },
    {
      name: 'never runs out while little is held at once',
      async run() {
        const shadow = await open();
        // More than the suite may hold passes through.
        const size = Math.floor(maxBytes / 16);
        for (let turn = 0; turn < 20; turn += 1) {
          shadow.free(shadow.allocate(size - turn));
          // What is given back may need a turn of the event loop to get there.
          if (turn % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
        }
      },
    },
    {
      name: 'throws when it has no memory, and goes on',
      async run() {
        const shadow = await open();
        let thrown: unknown;
        try {
          shadow.allocator.allocate(ABSURD_BYTES);
        } catch (error) {
          thrown = error;
        }
        demand(thrown instanceof Error, `an Error for ${ABSURD_BYTES} bytes, not ${String(thrown)}`);
        const memory = shadow.allocate(4096);
        await shadow.mark(memory);
        await shadow.verify();
        shadow.free(memory);
      },
    },
  ];
}
