import { expect, test } from 'vitest';
import { type Allocator, heapAllocator } from '../src/index.js';
import { allocatorContract, bytesProbe, type ContractCase } from '../src/testing.js';

const SIZE = 'gives exactly the bytes that were asked for';
const APART = 'gives memory that can be written to its last byte and overlaps nothing else';
const ALIGNED = 'says nothing of its alignment but what is true';
const ANY_ORDER = 'goes on after memory came back, in any order, and leaves other memory alone';
const COME_AND_GO = 'keeps what is held apart whatever comes and goes around it';
const NEVER_OUT = 'never runs out while little is held at once';
const THROWS = 'throws when it has no memory, and goes on';
const NAMED = 'has a name';

async function failuresOf(cases: readonly ContractCase[]): Promise<string[]> {
  const failures: string[] = [];
  for (const { name, run } of cases) {
    // The last resort of the counting below is run() that throws before it returns a promise.
    await Promise.resolve()
      .then(run)
      .catch(() => failures.push(name));
  }
  return failures;
}

/** The heap's allocator with something broken. */
function broken(changes: (heap: Allocator) => Partial<Allocator>): () => Allocator {
  return () => {
    const heap = heapAllocator();
    return { ...heap, ...changes(heap) };
  };
}

test('a right allocator fails nothing', async () => {
  expect(await failuresOf(allocatorContract({ createAllocator: heapAllocator }))).toEqual([]);
});

test.each<[string, () => Allocator, string[]]>([
  ['has no name', broken(() => ({ name: '' })), [NAMED]],
  [
    'throws',
    broken(() => ({
      allocate: () => {
        throw new Error('no');
      },
    })),
    [SIZE, APART, ANY_ORDER, COME_AND_GO, NEVER_OUT],
  ],
  ['gives nothing', broken(() => ({ allocate: () => undefined as never })), [SIZE, APART, THROWS]],
  ['gives too little', broken((heap) => ({ allocate: (size) => heap.allocate(size - 1) })), [SIZE, APART]],
  ['gives too much', broken((heap) => ({ allocate: (size) => heap.allocate(size + 1) })), [SIZE]],
  [
    'gives pages',
    broken((heap) => ({ allocate: (size) => heap.allocate(Math.ceil(size / 4096) * 4096) })),
    [SIZE],
  ],
  [
    'gives too much above 2 MiB only',
    broken((heap) => ({ allocate: (size) => heap.allocate(size > 1 << 21 ? size + 1 : size) })),
    [SIZE],
  ],
  ['gives the wrong thing', broken(() => ({ allocate: (size) => new ArrayBuffer(size) as never })), [APART]],
  ['gives the same memory twice', sameMemory, [APART, ANY_ORDER, COME_AND_GO]],
  ['gives the same object twice', sameObject, [ANY_ORDER, COME_AND_GO]],
  ['overlaps by a byte', overlapping, [APART, COME_AND_GO]],
  ['frees other memory', freesAnother, [ANY_ORDER, COME_AND_GO]],
  ['takes the last freed first though it is held', recycles, [COME_AND_GO]],
  ['never takes anything back', bounded, [NEVER_OUT]],
  [
    'gives null when there is no memory',
    broken((heap) => ({ allocate: (size) => (size > 2 ** 40 ? (null as never) : heap.allocate(size)) })),
    [THROWS],
  ],
  ['is of no use after a refusal', sulking, [THROWS]],
  ['claims an alignment of 48', broken(() => ({ alignmentBytes: 48 })), [ALIGNED]],
])('one that %s is found out', async (_, createAllocator, expected) => {
  // The other cases may fail or not: an allocator need not be wrong in every way.
  const cases = allocatorContract({ createAllocator }).filter(({ name }) => expected.includes(name));
  expect(await failuresOf(cases)).toEqual(cases.map(({ name }) => name));
  expect(cases).toHaveLength(expected.length);
});

test('an alignment that is claimed and not kept is found out', async () => {
  const cases = (addressOf: (memory: Uint8Array) => number) =>
    allocatorContract({
      createAllocator: broken(() => ({ alignmentBytes: 64 })),
      probe: bytesProbe({ addressOf }),
    }).filter(({ name }) => name === ALIGNED);
  expect(await failuresOf(cases(() => 4096 + 64))).toEqual([]);
  expect(await failuresOf(cases(() => 4096 + 16))).toEqual([ALIGNED]);
});

function sameMemory(): Allocator {
  const memory = new Uint8Array(20_000_000);
  return { name: 'same', allocate: (size) => memory.subarray(0, size), free: () => {} };
}

function sameObject(): Allocator {
  const known = new Map<number, Uint8Array>();
  return {
    name: 'same object',
    allocate(size) {
      const memory = known.get(size) ?? new Uint8Array(size);
      known.set(size, memory);
      return memory;
    },
    free: () => {},
  };
}

function overlapping(): Allocator {
  const arena = new Uint8Array(1 << 28);
  let end = 0;
  return {
    name: 'overlapping',
    allocate(size) {
      const start = end === 0 ? 0 : end - 1;
      if (start + size > arena.length) throw new RangeError('full');
      end = start + size;
      return arena.subarray(start, end);
    },
    free: () => {},
  };
}

function freesAnother(): Allocator {
  const heap = heapAllocator();
  const held: Uint8Array[] = [];
  return {
    name: 'confused',
    allocate(size) {
      const memory = heap.allocate(size);
      held.push(memory);
      return memory;
    },
    free() {
      const memory = held.shift();
      if (memory !== undefined) heap.free(memory);
    },
  };
}

/** Lends what came back, but hands it out to two at a time. */
function recycles(): Allocator {
  let last: ArrayBufferLike | undefined;
  return {
    name: 'recycling',
    allocate(size) {
      if (last !== undefined && last.byteLength >= size) return new Uint8Array(last, 0, size);
      return new Uint8Array(size);
    },
    free(memory) {
      last = memory.buffer;
    },
  };
}

function bounded(): Allocator {
  const heap = heapAllocator();
  let left = 1 << 25;
  return {
    ...heap,
    allocate(size) {
      left -= size;
      if (left < 0) throw new RangeError('none left');
      return heap.allocate(size);
    },
  };
}

function sulking(): Allocator {
  const heap = heapAllocator();
  let refuses = false;
  return {
    ...heap,
    allocate(size) {
      refuses ||= size > 2 ** 40;
      if (refuses) throw new RangeError('no more');
      return heap.allocate(size);
    },
  };
}
