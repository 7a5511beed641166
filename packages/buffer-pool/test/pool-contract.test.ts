import type { Lease } from '@framerail/lifecycle';
import { describe, test } from 'vitest';
import {
  createBufferPool,
  createGpuBufferPool,
  createMemoryManager,
  createSharedPool,
  sharedAllocator,
} from '../src/index.js';
import { type ContractCase, poolContract } from '../src/testing.js';
import { fakeDevice } from './gpu/fake-device.js';

const bytes = (lease: Lease) => lease.bytes;

const POOLS: Record<string, readonly ContractCase[]> = {
  'on the heap': poolContract({ createPool: createBufferPool, use: bytes }),
  'with everything watched': poolContract({
    createPool: ({ maxBytes }) =>
      createBufferPool({ maxBytes, leakDetection: 'full', poison: true, idleExpiryMs: 1000 }),
    use: bytes,
  }),
  'of shared memory': poolContract({
    createPool: ({ maxBytes }) => createBufferPool({ maxBytes, allocator: sharedAllocator() }),
    use: bytes,
  }),
  'for many threads': poolContract({ createPool: createSharedPool, use: bytes }),
  'of a manager': poolContract({
    createPool({ maxBytes }) {
      const memory = createMemoryManager({
        maxBytes: 2 * maxBytes,
        budgets: { video: maxBytes, audio: maxBytes / 2, thumbnails: maxBytes / 2 },
      });
      return memory.createPool({ name: 'frames', kind: 'video', maxBytes });
    },
    use: bytes,
  }),
  'of GPU buffers': poolContract({
    createPool: ({ maxBytes }) => createGpuBufferPool({ maxBytes, device: fakeDevice(), usage: 0x80 }),
    use: (lease) => lease.buffer,
  }),
};

describe.each(Object.entries(POOLS))('a pool %s', (_, cases) => {
  for (const { name, run } of cases) test(name, run);
});
