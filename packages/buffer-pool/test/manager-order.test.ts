import { createManualClock, type Lease, type Trimmable } from '@framerail/lifecycle';
import { expect, test } from 'vitest';
import { type BufferPool, createMemoryManager, type MemoryManager } from '../src/index.js';
import { createSource } from './pressure-source.js';
import { settle, watch } from './settled.js';

const KIB = 1024;

/** A cache of a single figure. */
function createCache(
  name: string,
  bytes: number,
): Trimmable & { bytes: number; asked: (number | undefined)[] } {
  return {
    name,
    bytes,
    asked: [],
    trim(request = {}) {
      this.asked.push(request.bytes);
      const given = Math.min(request.bytes ?? Number.MAX_VALUE, this.bytes);
      this.bytes -= given;
      return given;
    },
  };
}

async function open() {
  const clock = createManualClock();
  const source = createSource();
  const manager = createMemoryManager({
    maxBytes: 1000 * KIB,
    budgets: { video: 600 * KIB, audio: 200 * KIB, thumbnails: 100 * KIB },
    idleAudioMs: 1000,
    source,
    clock,
  });
  const cheap = createCache('cheap', 60 * KIB);
  const dear = createCache('dear', 40 * KIB);
  manager.register(dear, { valuePerByte: 5, bytes: () => dear.bytes });
  let value = 0.5;
  manager.register(cheap, { valuePerByte: () => value, bytes: () => cheap.bytes });
  const setCheap = (next: number): void => {
    value = next;
  };
  const low = manager.createPool({ name: 'proxies', kind: 'video', maxBytes: 160 * KIB, priority: -10 });
  const firm = manager.createPool({ name: 'export', kind: 'video', maxBytes: 96 * KIB });
  const freed: string[] = [];
  manager.on('freed', ({ step, owner, bytes }) => freed.push(`${step} ${owner} ${bytes / KIB}`));
  return { clock, source, manager, cheap, dear, setCheap, low, firm, freed };
}

/** Fills everything: 960 KiB of 1000, of which 208 are on loan. */
async function fill({ manager, low, firm, clock }: Awaited<ReturnType<typeof open>>) {
  for (let i = 0; i < 5; i += 1) manager.thumbnails.set(`${i}`, new Uint8Array(20 * KIB));
  await lendAndReturn(manager.audio.acquire(64 * KIB));
  await lendAndReturn(manager.video.acquire(80 * KIB, { priority: -1 }));
  await lendAndReturn(low.acquire(160 * KIB));
  const kept = await firm.acquire(32 * KIB);
  await lendAndReturn(firm.acquire(64 * KIB));
  clock.advance(1000);
  await lendAndReturn(manager.audio.acquire(96 * KIB));
  await lendAndReturn(manager.video.acquire(128 * KIB));
  const audio = await manager.audio.acquire(40 * KIB);
  return { kept, audio };
}

async function lendAndReturn(lease: Promise<Lease>): Promise<void> {
  (await lease).release();
}

const allOf = (manager: MemoryManager): number => manager.snapshot().bytes / KIB;

test('memory is freed in the order of the design, the last step when nothing else is left', async () => {
  const world = await open();
  const { manager, freed } = world;
  await fill(world);
  expect(allOf(manager)).toBe(864);
  expect(manager.free()).toBe((864 - 32 - 40 - 64) * KIB);
  expect(freed).toEqual([
    'thumbnails thumbnails 100',
    'idleAudio audio 64',
    'lowPriorityVideo proxies 160',
    'lowPriorityVideo video 80',
    'caches cheap 60',
    'caches dear 40',
    'unused audio 96',
    'unused video 128',
  ]);
  // What is firm is not taken: the export's free 64 KiB.
  expect(allOf(manager)).toBe(32 + 40 + 64);
});

test.each([
  [1, ['thumbnails thumbnails 20']],
  [100, ['thumbnails thumbnails 100']],
  [101, ['thumbnails thumbnails 100', 'idleAudio audio 64']],
  [200, ['thumbnails thumbnails 100', 'idleAudio audio 64', 'lowPriorityVideo proxies 160']],
  [
    410,
    [
      'thumbnails thumbnails 100',
      'idleAudio audio 64',
      'lowPriorityVideo proxies 160',
      'lowPriorityVideo video 80',
      'caches cheap 6',
    ],
  ],
])('no more is freed than %s KiB take', async (kib, expected) => {
  const world = await open();
  await fill(world);
  world.manager.free(kib * KIB);
  expect(world.freed).toEqual(expected);
});

test('a level frees what is above its limit, and a higher one goes on where it stopped', async () => {
  const world = await open();
  const { manager, source, freed, cheap, dear } = world;
  await fill(world);
  source.set('moderate');
  expect(freed.splice(0)).toEqual(['thumbnails thumbnails 20']);
  source.set('high');
  expect(freed.splice(0)).toEqual(['thumbnails thumbnails 80', 'idleAudio audio 64']);
  expect(allOf(manager)).toBe(700);
  source.set('critical');
  expect(freed.splice(0)).toEqual(['lowPriorityVideo proxies 160', 'lowPriorityVideo video 80']);
  expect([allOf(manager), cheap.bytes, dear.bytes]).toEqual([460, 60 * KIB, 40 * KIB]);
});

test('new requests under pressure free in the same order before they wait', async () => {
  const world = await open();
  const { manager, source, freed } = world;
  await fill(world);
  source.set('critical');
  freed.length = 0;
  const first = await manager.video.acquire(64 * KIB);
  expect(freed.splice(0)).toEqual(['caches cheap 24']);
  const second = await manager.video.acquire(40 * KIB);
  expect(freed.splice(0)).toEqual(['caches cheap 36', 'caches dear 4']);
  const third = await manager.video.acquire(80 * KIB);
  expect(freed.splice(0)).toEqual(['caches dear 36', 'unused audio 96']);
  const fourth = watch(manager.audio.acquire(160 * KIB));
  const fifth = watch(manager.video.acquire(96 * KIB));
  await settle();
  expect([fourth.state, fifth.state]).toEqual(['resolved', 'pending']);
  expect(freed.splice(0)).toEqual(['unused video 128']);
  expect(allOf(manager)).toBeLessThanOrEqual(500);
  fourth.value?.release();
  await settle();
  expect(fifth.state).toBe('resolved');
  expect(freed.splice(0)).toEqual(['unused audio 160']);
  expect(allOf(manager)).toBeLessThanOrEqual(500);
  for (const lease of [first, second, third, fifth.value]) lease?.release();
});

test('caches go by what a byte is worth when it is asked, not when they came', async () => {
  const { manager, setCheap, freed, cheap, dear } = await open();
  setCheap(9);
  manager.free(10 * KIB);
  expect(freed).toEqual(['caches dear 10']);
  setCheap(1);
  manager.free(10 * KIB);
  expect([cheap.bytes, dear.bytes]).toEqual([50 * KIB, 30 * KIB]);
  expect([cheap.asked, dear.asked]).toEqual([[10 * KIB], [10 * KIB]]);
});

test('reclaimable leases of low-priority pools are asked back in their step', async () => {
  const world = await open();
  const { manager, low, freed } = world;
  for (let i = 0; i < 5; i += 1) manager.thumbnails.set(`${i}`, new Uint8Array(20 * KIB));
  const asked: string[] = [];
  const leases: Lease[] = [];
  for (const name of ['a', 'b']) {
    const onReclaim = (): void => {
      asked.push(name);
      leases.shift()?.release();
    };
    leases.push(await low.acquire(64 * KIB, { onReclaim }));
  }
  manager.free(100 * KIB);
  expect(asked).toEqual([]);
  manager.free(10 * KIB);
  expect(asked).toEqual(['a']);
  expect(freed).toEqual(['thumbnails thumbnails 100', 'lowPriorityVideo proxies 64']);
  manager.free();
  expect(asked).toEqual(['a', 'b']);
});

test('a pool that can do with less waits above its minimum while memory is short, others never', async () => {
  const source = createSource();
  const budgets = { video: 700 * KIB, audio: 200 * KIB, thumbnails: 100 * KIB };
  const manager = createMemoryManager({ maxBytes: 1000 * KIB, budgets, source });
  const firm = manager.createPool({ name: 'firm', kind: 'video', maxBytes: 64 * KIB });
  const some = manager.createPool({ name: 'some', kind: 'video', maxBytes: 160 * KIB, minBytes: 64 * KIB });
  const low = manager.createPool({ name: 'low', kind: 'video', maxBytes: 64 * KIB, priority: -1 });
  const kept = await manager.video.acquire(320 * KIB);
  const sound = await manager.audio.acquire(192 * KIB);
  source.set('critical');
  const ask = (pool: BufferPool) => [0, 1, 2].map(() => watch(pool.acquire(32 * KIB)));
  const lows = ask(low);
  const somes = ask(some);
  const firms = ask(firm);
  await settle();
  const served = (all: typeof lows): number => all.filter(({ state }) => state === 'resolved').length;
  expect([served(firms), served(somes), served(lows)]).toEqual([2, 2, 1]);
  expect([firm, some, low].map((pool) => pool.stats().waiting)).toEqual([1, 1, 2]);
  // Room for the rest: 672 KiB are held, 500 are allowed.
  kept.release();
  await settle();
  expect([served(firms), served(somes), served(lows)]).toEqual([2, 3, 2]);
  firms[0]?.value?.release();
  lows[0]?.value?.release();
  await settle();
  expect([served(firms), served(somes), served(lows)]).toEqual([3, 3, 3]);
  sound.release();
  expect(manager.snapshot().bytes).toBeLessThanOrEqual(500 * KIB);
  manager.close();
});
