import { createManualClock, type Lease } from '@framerail/lifecycle';
import { BT709, frameLayout } from '@framerail/media-types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createMemoryManager,
  type MemoryManagerOptions,
  transferFrame,
  transferLease,
} from '../src/index.js';
import { createSource } from './pressure-source.js';
import { settle, type Watched, watch } from './settled.js';

const KIB = 1024;

function open(options: Partial<MemoryManagerOptions> = {}) {
  const clock = createManualClock();
  const source = createSource();
  const manager = createMemoryManager({
    maxBytes: 1000 * KIB,
    budgets: { video: 500 * KIB, audio: 400 * KIB, thumbnails: 100 * KIB },
    source,
    clock,
    ...options,
  });
  return { clock, source, manager };
}

const failed = (watched: Watched<unknown>): string =>
  (watched.error as { code: string } | undefined)?.code ?? 'none';

test('whoever waits is served by priority and age, sound and pictures in one order', async () => {
  const request = fc.record({
    kind: fc.constantFrom('video' as const, 'audio' as const),
    priority: fc.integer({ min: -3, max: 3 }),
    afterMs: fc.constantFrom(0, 0, 300, 1000, 2500),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 12 }), async (requests) => {
      const { manager, source, clock } = open();
      // Both shares have something on loan, and together they are at the limit.
      const blocks = [await manager.video.acquire(320 * KIB), await manager.audio.acquire(160 * KIB)];
      const kept = await manager.audio.acquire(16 * KIB);
      source.set('critical');
      const served: number[] = [];
      const ranks: number[] = [];
      for (const [index, { kind, priority, afterMs }] of requests.entries()) {
        clock.advance(afterMs);
        ranks.push(priority * 1000 - clock.now());
        void manager[kind].acquire(64 * KIB, { priority }).then((lease) => {
          served.push(index);
          lease.release();
        });
      }
      await settle();
      expect(served).toEqual([]);
      expect(manager.snapshot().waiting).toBe(requests.length);
      blocks[1]?.release();
      for (let turn = 0; turn <= requests.length; turn += 1) await settle();
      const expected = requests.map((_, index) => index);
      expected.sort((a, b) => (ranks[b] ?? 0) - (ranks[a] ?? 0) || a - b);
      // Several may be served in one turn; of those of one rank in different lines either may come first.
      expect(served.map((index) => ranks[index])).toEqual(expected.map((index) => ranks[index]));
      for (const lease of [blocks[0], kept]) lease?.release();
      manager.close();
    }),
    { numRuns: 60 },
  );
});

test('a large request is served in the end though small ones keep coming', async () => {
  const { manager, source, clock } = open();
  source.set('critical');
  const lent: Lease[] = [];
  for (let i = 0; i < 5; i += 1) lent.push(await manager.video.acquire(96 * KIB));
  await manager.audio.acquire(16 * KIB);
  const large = watch(manager.audio.acquire(320 * KIB, { priority: -5 }));
  let rounds = 0;
  for (; large.state === 'pending' && rounds < 50; rounds += 1) {
    manager.video.acquire(96 * KIB, { priority: 1 }).then(
      (lease) => lent.push(lease),
      () => {},
    );
    clock.advance(1000);
    lent.shift()?.release();
    await settle();
  }
  // Ranks meet after six seconds; from then on what comes home is kept for it.
  expect(large.state).toBe('resolved');
  expect(rounds).toBeGreaterThan(6);
  expect(rounds).toBeLessThan(14);
  manager.close();
});

test('smaller buffers pass a request that wants all of it sixteen times, and then no more', async () => {
  const { manager, source, clock } = open({ degradeAfterMs: 0, limits: { high: 0.5, critical: 0.5 } });
  source.set('high');
  clock.advance(0);
  const lent: Lease[] = [await manager.video.acquire(384 * KIB)];
  lent.push(await manager.audio.acquire(16 * KIB));
  const fixed = watch(manager.video.acquire(112 * KIB));
  const passed: boolean[] = [];
  for (let i = 0; i < 20; i += 1) {
    const one = watch(manager.audio.acquire(128 * KIB, { minBytes: 4 * KIB }));
    await settle();
    passed.push(one.state === 'resolved');
    one.value?.release();
  }
  expect(passed).toEqual(Array.from({ length: 20 }, (_, i) => i < 16));
  expect(fixed.state).toBe('pending');
  expect(manager.snapshot().waiting).toBe(5);
  lent[0]?.release();
  await settle();
  expect([fixed.state, manager.snapshot().waiting]).toEqual(['resolved', 0]);
});

test('frames take the best of the layouts that will do, and say so', async () => {
  const { manager, source, clock } = open({ degradeAfterMs: 100 });
  const layouts = [512, 256, 128].map((width) => frameLayout({ format: 'NV12', width, height: 256 }));
  const [layout, ...smallerLayouts] = layouts;
  if (layout === undefined) throw new Error('There is no layout');
  const frame = { layout, color: BT709, timestampUs: 5, durationUs: 7 };
  const whole = await manager.video.acquireFrame(frame, { smallerLayouts });
  expect([whole.degraded, whole.layout]).toEqual([false, layout]);
  await manager.audio.acquire(192 * KIB);
  source.set('critical');
  const waits = watch(manager.video.acquireFrame(frame, { smallerLayouts, owner: 'preview' }));
  const fixed = watch(manager.video.acquireFrame(frame));
  const told: unknown[] = [];
  manager.on('degraded', (event) => told.push(event));
  clock.advance(99);
  await settle();
  expect(waits.state).toBe('pending');
  clock.advance(1);
  await settle();
  expect([waits.state, fixed.state]).toEqual(['resolved', 'pending']);
  expect(waits.value).toMatchObject({ degraded: true, layout: layouts[1], timestampUs: 5, durationUs: 7 });
  expect(waits.value?.data.byteLength).toBe(256 * 256 * 1.5);
  expect(told).toEqual([
    { owner: 'preview', requestedBytes: layout.byteLength, bytes: layouts[1]?.byteLength },
  ]);
  whole[Symbol.dispose]();
  await settle();
  expect(fixed.value?.degraded).toBe(false);
  manager.close();
});

test('nobody is degraded before pressure has stayed high, after it fell, or without having opted in', async () => {
  const { manager, source, clock } = open({ degradeAfterMs: 1000, fallAfterMs: 0 });
  const kept = await manager.video.acquire(480 * KIB);
  source.set('high');
  clock.advance(999);
  source.set('moderate');
  clock.advance(1);
  expect(manager.level).toBe('moderate');
  source.set('critical');
  const ready = watch(manager.video.acquire(96 * KIB, { minBytes: 4 * KIB }));
  const fixed = watch(manager.video.acquire(96 * KIB));
  clock.advance(999);
  await settle();
  expect([ready.state, fixed.state]).toEqual(['pending', 'pending']);
  source.set('none');
  clock.advance(10_000);
  await settle();
  expect([manager.level, ready.state, fixed.state]).toEqual(['none', 'pending', 'pending']);
  kept.release();
  await settle();
  expect([ready.value?.degraded, fixed.value?.degraded]).toEqual([false, false]);
  manager.close();
});

test('waits end by time, by a signal, by flush and by close, each with its code, and serve who stood behind', async () => {
  const { manager, clock } = open();
  const pool = manager.createPool({ name: 'p', kind: 'video', maxBytes: 100 * KIB });
  const kept = await pool.acquire(64 * KIB);
  const timed = watch(pool.acquire(64 * KIB, { timeoutMs: 50, priority: 3 }));
  const controller = new AbortController();
  const aborted = watch(pool.acquire(64 * KIB, { signal: controller.signal, priority: 2 }));
  const small = watch(pool.acquire(4 * KIB, { priority: 1 }));
  const flushed = watch(pool.acquire(64 * KIB));
  expect(failed(await watchNow(pool.acquire(64 * KIB, { timeoutMs: 0 })))).toBe('E_TIMEOUT');
  expect(pool.tryAcquire(4 * KIB)).toBeUndefined();
  expect(pool.stats()).toMatchObject({ waiting: 4, waits: 4, peakWaiting: 4 });
  clock.advance(50);
  await settle();
  expect([failed(timed), small.state]).toEqual(['E_TIMEOUT', 'pending']);
  controller.abort();
  await settle();
  expect([failed(aborted), small.state]).toEqual(['E_ABORTED', 'resolved']);
  pool.flush();
  await settle();
  expect(failed(flushed)).toBe('E_POOL_CLOSED');
  const closed = watch(pool.acquire(64 * KIB));
  const others = watch(manager.video.acquire(500 * KIB));
  pool.close();
  await settle();
  expect([failed(closed), others.state]).toEqual(['E_POOL_CLOSED', 'pending']);
  expect(pool.stats().waitedMs).toBe(50 + 50 + 50 + 50);
  expect(failed(await watchNow(pool.acquire(1)))).toBe('E_POOL_CLOSED');
  kept.release();
  small.value?.release();
  await settle();
  expect(others.state).toBe('resolved');
  manager.close();
  expect(failed(await watchNow(manager.video.acquire(1)))).toBe('E_POOL_CLOSED');
  expect(clock.pendingTimers).toBe(0);
});

test('leases of a lower priority are asked back for a request that waits, no more than it needs', async () => {
  const { manager, source } = open();
  const asked: string[] = [];
  const borrow = async (name: string, priority: number): Promise<void> => {
    const lease: Lease = await manager.video.acquire(64 * KIB, {
      priority,
      onReclaim: ({ reason }) => {
        asked.push(`${name} ${reason}`);
        lease.release();
      },
    });
  };
  for (const [index, priority] of [2, 0, -1, 0, 1, -2].entries()) await borrow(`${index}`, priority);
  await manager.video.acquire(64 * KIB);
  // Its own budget is short by 76 KiB: two are asked, the least important first.
  await manager.video.acquire(128 * KIB, { priority: 1 });
  expect(asked).toEqual(['5 waiting', '2 waiting']);
  const sound = await manager.audio.acquire(16 * KIB);
  source.set('critical');
  asked.length = 0;
  await manager.audio.acquire(64 * KIB, { priority: 1 });
  expect(asked).toEqual(['1 waiting']);
  const waits = watch(manager.audio.acquire(320 * KIB, { priority: 2 }));
  await settle();
  expect(asked).toEqual(['1 waiting', '3 waiting', '4 waiting']);
  expect(waits.state).toBe('pending');
  sound.release();
  manager.close();
});

test('memory that a pool gives up for a request of its own serves who waits elsewhere', async () => {
  const { manager, source } = open();
  const pool = manager.createPool({ name: 'firm', kind: 'audio', maxBytes: 128 * KIB });
  await manager.video.acquire(320 * KIB);
  source.set('critical');
  (await pool.acquire(128 * KIB)).release();
  const waits = watch(manager.video.acquire(64 * KIB));
  await settle();
  // What is firm stays, though it is free; until the pool needs other blocks than those.
  expect([waits.state, manager.snapshot().bytes]).toEqual(['pending', 448 * KIB]);
  const small = pool.tryAcquire(16 * KIB);
  await settle();
  expect([waits.state, manager.snapshot().bytes]).toEqual(['resolved', 400 * KIB]);
  small?.release();
  manager.close();
});

test('who waits for the limit stops nobody any more when its share was set aside', async () => {
  const { manager, source } = open();
  await manager.video.acquire(320 * KIB);
  await manager.audio.acquire(128 * KIB);
  source.set('critical');
  const large = watch(manager.video.acquire(64 * KIB));
  const small = watch(manager.audio.acquire(32 * KIB));
  await settle();
  expect([large.state, small.state]).toEqual(['pending', 'pending']);
  const pool = manager.createPool({ name: 'p', kind: 'video', maxBytes: 160 * KIB });
  await settle();
  expect([large.state, small.state]).toEqual(['pending', 'resolved']);
  pool.close();
  small.value?.release();
  large.promise.catch(() => {});
  manager.close();
});

test('what a share lends can be sent to another thread, and counts as lent meanwhile', async () => {
  const { manager } = open();
  const lease = await manager.video.acquire(64 * KIB, { minBytes: 4 * KIB });
  const { message } = transferLease(lease);
  expect(manager.snapshot().bytes).toBe(64 * KIB);
  const layout = frameLayout({ format: 'RGBA', width: 64, height: 64 });
  const frame = await manager.video.acquireFrame({ layout, color: BT709, timestampUs: 0, durationUs: 0 });
  const sent = transferFrame(frame);
  expect(manager.snapshot().bytes).toBe(64 * KIB + 16 * KIB);
  message.port.close();
  sent.message.port.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  manager.free();
  expect(manager.snapshot().bytes).toBe(0);
  manager.close();
});

async function watchNow<T>(promise: Promise<T>): Promise<Watched<T>> {
  const watched = watch(promise);
  await settle();
  return watched;
}
