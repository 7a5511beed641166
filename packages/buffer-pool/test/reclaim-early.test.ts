import { BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test, vi } from 'vitest';
import { createBufferPool, createGpuBufferPool, createMemoryManager } from '../src/index.js';
import { fakeDevice } from './gpu/fake-device.js';
import { settle, watch } from './settled.js';

const BLOCK = 4096;
const LAYOUT = frameLayout({ format: 'RGBA', width: 32, height: 32 });
const FRAME = { layout: LAYOUT, color: BT709, timestampUs: 0, durationUs: 0 };

/** What a request can be made of: takes `onReclaim`, and gives what the callback gives back. */
type Ask = (priority: number, onReclaim?: () => void) => Promise<Disposable>;

const plain = createBufferPool({ maxBytes: BLOCK });
const memory = createMemoryManager({
  maxBytes: 4 * BLOCK,
  budgets: { video: 2 * BLOCK, audio: BLOCK, thumbnails: BLOCK },
});
const managed = memory.createPool({ name: 'export', kind: 'video', maxBytes: BLOCK });
const gpu = createGpuBufferPool({ device: fakeDevice(), usage: 1, maxBytes: BLOCK });

describe.each<[string, Ask, () => number]>([
  [
    'a pool',
    (priority, onReclaim) => plain.acquire(BLOCK, { priority, onReclaim }),
    () => plain.stats().leases,
  ],
  [
    'frames',
    (priority, onReclaim) => plain.acquireFrame(FRAME, { priority, onReclaim }),
    () => plain.stats().leases,
  ],
  [
    'a share',
    (priority, onReclaim) => memory.audio.acquire(BLOCK, { priority, onReclaim }),
    () => memory.audio.stats().leases,
  ],
  [
    'frames of a share',
    (priority, onReclaim) => memory.audio.acquireFrame(FRAME, { priority, onReclaim }),
    () => memory.audio.stats().leases,
  ],
  [
    'a managed pool',
    (priority, onReclaim) => managed.acquire(BLOCK, { priority, onReclaim }),
    () => managed.stats().leases,
  ],
  [
    'frames of a managed pool',
    (priority, onReclaim) => managed.acquireFrame(FRAME, { priority, onReclaim }),
    () => managed.stats().leases,
  ],
  [
    'a pool of a GPU',
    (priority, onReclaim) => gpu.acquire(BLOCK, { priority, onReclaim }),
    () => gpu.stats().leases,
  ],
])('%s', (_, ask, leases) => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});

  test('asks for what was just lent when its holder has it', async () => {
    const low = (async () => {
      const lease = await ask(-1, () => lease[Symbol.dispose]());
    })();
    const high = watch(ask(1));
    await low;
    await settle();
    expect(high.state).toBe('resolved');
    high.value?.[Symbol.dispose]();
    expect(warned).not.toHaveBeenCalled();
    expect(leases()).toBe(0);
  });

  test('asks for what was lent to one who waited when that one has it', async () => {
    const first = await ask(5);
    const low = (async () => {
      const lease = await ask(-1, () => lease[Symbol.dispose]());
    })();
    await settle();
    first[Symbol.dispose]();
    const high = watch(ask(1));
    await low;
    await settle();
    expect(high.state).toBe('resolved');
    high.value?.[Symbol.dispose]();
    expect(warned).not.toHaveBeenCalled();
    expect(leases()).toBe(0);
  });

  test('doesn’t ask a holder who has given back meanwhile', async () => {
    const onReclaim = vi.fn();
    const low = ask(-1, onReclaim);
    const high = watch(ask(1));
    (await low)[Symbol.dispose]();
    await settle();
    high.value?.[Symbol.dispose]();
    expect(onReclaim).not.toHaveBeenCalled();
    expect(leases()).toBe(0);
  });
});

test('a managed pool asks for what it lent without a promise once that is the caller’s', async () => {
  const lease = managed.tryAcquire(BLOCK, { priority: -1, onReclaim: () => lease?.release() });
  const high = watch(managed.acquire(BLOCK, { priority: 1 }));
  await settle();
  high.value?.release();
  expect(managed.stats()).toMatchObject({ reclaims: expect.any(Number), leases: 0 });
});

test('what got another holder before it was asked is asked for when it has one again', async () => {
  using pool = createBufferPool({ maxBytes: BLOCK });
  const onReclaim = vi.fn(() => lease.release());
  const low = pool.acquire(BLOCK, { priority: -1, onReclaim });
  const high = watch(pool.acquire(BLOCK, { priority: 1 }));
  const lease = await low;
  const other = lease.retain();
  await settle();
  expect(onReclaim).not.toHaveBeenCalled();
  other.release();
  expect(onReclaim).toHaveBeenCalledTimes(1);
  await settle();
  high.value?.release();
  expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0 });
});
