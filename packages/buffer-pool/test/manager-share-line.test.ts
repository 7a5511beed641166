import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, test, vi } from 'vitest';
import { createMemoryManager, type MemoryManager } from '../src/index.js';
import { createSource } from './pressure-source.js';
import { settle, watch } from './settled.js';

const KIB = 1024;

function createManager(
  options: { source?: ReturnType<typeof createSource>; clock?: ReturnType<typeof createManualClock> } = {},
): MemoryManager {
  return createMemoryManager({
    maxBytes: 400 * KIB,
    budgets: { video: 256 * KIB, audio: 64 * KIB, thumbnails: 16 * KIB },
    ...options,
  });
}

describe('a request for more than the pools within a share leave', () => {
  test('holds up nobody, and is the first again when a pool is closed', async () => {
    using memory = createManager();
    const pool = memory.createPool({ name: 'export', kind: 'video', maxBytes: 192 * KIB });
    const large = watch(memory.video.acquire(128 * KIB, { priority: 5 }));
    const small = watch(memory.video.acquire(64 * KIB));
    await settle();
    expect([large.state, small.state]).toEqual(['pending', 'resolved']);
    const next = watch(memory.video.acquire(32 * KIB, { priority: 4 }));
    await settle();
    expect(memory.snapshot().waiting).toBe(2);

    pool.close();
    await settle();
    expect([large.state, next.state]).toEqual(['resolved', 'resolved']);
    for (const { value } of [large, small, next]) value?.release();
  });

  test('holds the line as everybody does once what is on loan could serve it', async () => {
    using memory = createManager();
    const all = await memory.video.acquire(256 * KIB);
    const large = watch(memory.video.acquire(128 * KIB));
    const small = watch(memory.video.acquire(4 * KIB, { priority: -1 }));
    all.release();
    await settle();
    expect([large.state, small.state]).toEqual(['resolved', 'resolved']);
    large.value?.release();
    small.value?.release();
  });

  test('is told of what is set aside when it has waited too long', async () => {
    const clock = createManualClock();
    using memory = createManager({ clock });
    memory.createPool({ name: 'export', kind: 'video', maxBytes: 192 * KIB });
    const late = watch(memory.video.acquire(128 * KIB, { timeoutMs: 50 }));
    await settle();
    clock.advance(50);
    await settle();
    expect(late.error).toMatchObject({
      code: 'E_TIMEOUT',
      message: expect.stringContaining(`0 of ${64 * KIB} in use, ${192 * KIB} set aside for pools`),
    });
  });
});

describe('a request that doesn’t wait', () => {
  test('asks nobody, counts as no wait, and is refused though the line is full', async () => {
    using memory = createMemoryManager({
      maxBytes: 400 * KIB,
      budgets: { video: 64 * KIB, audio: 64 * KIB, thumbnails: 16 * KIB },
      maxWaiters: 0,
    });
    const onWaiting = vi.fn();
    const onReclaim = vi.fn();
    memory.on('waiting', onWaiting);
    using _all = await memory.video.acquire(64 * KIB, { priority: -5, onReclaim });
    await expect(memory.video.acquire(4 * KIB, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'E_TIMEOUT',
    });
    expect(memory.video.stats()).toMatchObject({ waits: 0, peakWaiting: 0, waiting: 0, reclaims: 0 });
    expect([onWaiting, onReclaim].map((one) => one.mock.calls.length)).toEqual([0, 0]);
  });

  test('gets something smaller while pressure stays high', async () => {
    const clock = createManualClock();
    const source = createSource();
    using memory = createManager({ clock, source });
    using _most = await memory.video.acquire(192 * KIB);
    source.set('high');
    const options = { minBytes: 4 * KIB, timeoutMs: 0 };
    await expect(memory.video.acquire(128 * KIB, options)).rejects.toMatchObject({ code: 'E_TIMEOUT' });
    clock.advance(5000);
    using lease = await memory.video.acquire(128 * KIB, options);
    expect(lease.degraded).toBe(true);
  });
});
