import { createManualClock, type Lease } from '@framerail/lifecycle';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryManager, type MemoryManager, type MemoryManagerOptions } from '../src/index.js';
import { createSource } from './pressure-source.js';
import { settle, watch } from './settled.js';

const KIB = 1024;

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((warning: unknown, name?: unknown) => {
    // The collector may find what another test has not released.
    if (name !== 'FramerailLostLease') warnings.push(String(warning));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

function open(options: Partial<MemoryManagerOptions> = {}) {
  const source = createSource();
  const clock = createManualClock();
  const manager = createMemoryManager({
    maxBytes: 1000 * KIB,
    budgets: { video: 500 * KIB, audio: 300 * KIB, thumbnails: 100 * KIB },
    source,
    clock,
    ...options,
  });
  return { source, clock, manager };
}

const thrower = (): never => {
  throw new Error('on purpose');
};

const fill = (manager: MemoryManager): void => {
  for (let i = 0; i < 5; i += 1) manager.thumbnails.set(`${i}`, new Uint8Array(20 * KIB));
};

test.each<[string, unknown]>([
  ['throws', thrower],
  ['gives NaN', () => Number.NaN],
  ['gives less than nothing', () => -100],
  ['gives a promise', () => Promise.resolve(5)],
  ['gives nothing', () => undefined],
])('a cache whose trim %s is passed over, with one warning', async (_, trim) => {
  const { manager } = open();
  const trimmed = vi.fn(trim as () => number);
  const good = { name: 'good', trim: vi.fn(() => 50 * KIB) };
  manager.register({ name: 'bad', trim: trimmed }, { valuePerByte: 0 });
  manager.register(good, { valuePerByte: 1 });
  expect(manager.free(50 * KIB)).toBe(50 * KIB);
  expect(manager.free(50 * KIB)).toBe(50 * KIB);
  expect([trimmed.mock.calls.length, good.trim.mock.calls.length, warnings.length]).toEqual([2, 2, 1]);
  expect(warnings[0]).toContain('bad');
});

test('a cache that claims more than it holds is measured where it can be, and believed by nobody who lends', async () => {
  const { manager, source } = open();
  const hoard = { name: 'hoard', trim: () => 900 * KIB };
  manager.register(hoard, { valuePerByte: 1, bytes: () => 450 * KIB });
  const boast = { name: 'boast', trim: () => 900 * KIB };
  manager.register(boast, { valuePerByte: 2 });
  const told: string[] = [];
  manager.on('freed', ({ owner }) => told.push(owner));
  source.set('critical');
  await manager.video.acquire(40 * KIB);
  const waits = watch(manager.video.acquire(20 * KIB));
  await settle();
  expect([waits.state, told.includes('hoard'), told.includes('boast')]).toEqual(['pending', false, true]);
  manager.close();
});

test.each<[string, unknown]>([
  ['throw', thrower],
  ['are NaN', () => Number.NaN],
  ['are negative', () => -1],
  ['are text', () => '5'],
])('figures of a cache that %s count as 0', (_, figure) => {
  const { manager } = open();
  const order: string[] = [];
  const cache = (name: string) => ({ name, trim: () => order.push(name) && 0 });
  manager.register(cache('dear'), { valuePerByte: 1 });
  manager.register(cache('bad'), { valuePerByte: figure as () => number, bytes: figure as () => number });
  manager.free();
  expect(order).toEqual(['bad', 'dear']);
  expect(manager.snapshot().bytes).toBe(0);
  expect(warnings).toHaveLength(1);
});

test('listeners that throw become warnings and keep nothing from being done', async () => {
  const { manager, source } = open();
  for (const name of ['level', 'freed', 'waiting'] as const) manager.on(name, thrower);
  fill(manager);
  await manager.video.acquire(448 * KIB);
  source.set('critical');
  expect(manager.snapshot()).toMatchObject({ level: 'critical', bytes: 448 * KIB + 40 * KIB });
  const waits = watch(manager.video.acquire(52 * KIB));
  await settle();
  expect(waits.state).toBe('pending');
  expect(warnings.length).toBeGreaterThanOrEqual(3);
  manager.close();
});

test('listeners that ask for memory, free it and close are served as anybody', async () => {
  const { manager, source } = open();
  fill(manager);
  const kept = await manager.video.acquire(448 * KIB);
  const asked: ReturnType<typeof watch<Lease>>[] = [];
  manager.on('freed', () => {
    if (asked.length > 20) return;
    asked.push(watch(manager.audio.acquire(16 * KIB)));
    manager.free(20 * KIB);
    manager.thumbnails.set('again', new Uint8Array(20 * KIB));
  });
  source.set('critical');
  await settle();
  expect(manager.snapshot().bytes).toBeLessThanOrEqual(500 * KIB);
  expect(asked[0]?.state).toBe('resolved');
  kept.release();
  await settle();
  expect(asked.every(({ state }) => state === 'resolved')).toBe(true);
  expect(warnings).toEqual([]);
  manager.close();
});

test('a cache may use the manager while it is asked to give', async () => {
  const { manager, source } = open();
  const mine: Lease[] = [];
  for (let i = 0; i < 4; i += 1) mine.push(await manager.video.acquire(64 * KIB));
  let calls = 0;
  const remove = manager.register(
    {
      name: 'of leases',
      trim: () => {
        calls += 1;
        remove();
        // Gives leases back, asks for others, has more freed: all in the middle of being asked.
        mine.shift()?.release();
        void watch(manager.audio.acquire(16 * KIB));
        manager.createPool({ name: 'inner', kind: 'audio', maxBytes: 16 * KIB }).close();
        return manager.free();
      },
    },
    { valuePerByte: 1 },
  );
  await manager.audio.acquire(256 * KIB);
  source.set('critical');
  await settle();
  expect([calls, manager.snapshot().bytes]).toEqual([1, (192 + 256 + 16) * KIB]);
  manager.close();
});

test('a cache that takes as much as it gives doesn’t keep the manager busy for ever', async () => {
  const { manager, source } = open();
  let calls = 0;
  const endless = async (): Promise<void> =>
    (await manager.audio.acquire(16 * KIB, { timeoutMs: 0 })).release();
  manager.register(
    {
      name: 'endless',
      trim: () => {
        calls += 1;
        endless().catch(() => {});
        return 1;
      },
    },
    { valuePerByte: 1 },
  );
  const kept = await manager.video.acquire(480 * KIB);
  const more = await manager.audio.acquire(64 * KIB);
  source.set('critical');
  for (let turn = 0; turn < 20; turn += 1) await settle();
  expect(calls).toBeLessThan(50);
  kept.release();
  more.release();
  manager.close();
});

test('closing in the middle refuses who waits and gives back what is free', async () => {
  for (const when of ['freed', 'waiting', 'level'] as const) {
    const { manager, source, clock } = open();
    fill(manager);
    const kept = await manager.video.acquire(448 * KIB);
    const sound = await manager.audio.acquire(16 * KIB);
    manager.on(when, () => manager.close());
    source.set('critical');
    const late = watch(manager.video.acquire(52 * KIB, { timeoutMs: 1000 }));
    await settle();
    expect(`${when}: ${(late.error as { code: string }).code}`).toBe(`${when}: E_POOL_CLOSED`);
    kept.release();
    sound.release();
    expect(manager.snapshot()).toMatchObject({ bytes: 0, waiting: 0 });
    expect([clock.pendingTimers, source.listeners]).toEqual([0, 0]);
    expect(() => manager.createPool({ name: 'p', kind: 'video', maxBytes: 1 })).toThrow(
      expect.objectContaining({ code: 'E_POOL_CLOSED' }),
    );
    expect([manager.free(), manager.available('video')]).toEqual([0, 0]);
  }
});

test('memory that the system refuses is freed elsewhere, in order, and asked for again', async () => {
  let left = 300 * KIB;
  const { manager } = open({
    allocator: {
      name: 'small machine',
      allocate: (byteLength) => {
        if (byteLength > left) throw new Error('out of memory');
        left -= byteLength;
        return new Uint8Array(byteLength);
      },
      free: ({ byteLength }) => {
        left += byteLength;
      },
    },
  });
  fill(manager);
  const freed: string[] = [];
  manager.on('freed', ({ step, bytes }) => freed.push(`${step} ${bytes / KIB}`));
  const lease = await manager.video.acquire(256 * KIB);
  expect(freed.join()).toMatch(/^thumbnails /);
  expect(lease.byteLength).toBe(256 * KIB);
  const failed = watch(manager.audio.acquire(64 * KIB));
  await settle();
  expect((failed.error as { code: string }).code).toBe('E_POOL_ALLOCATION_FAILED');
  expect(manager.snapshot().waiting).toBe(0);
  lease.release();
  await manager.audio.acquire(64 * KIB);
  manager.close();
});
