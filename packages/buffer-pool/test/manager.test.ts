import { createManualClock } from '@framerail/lifecycle';
import { BT709, frameLayout } from '@framerail/media-types';
import { expect, test } from 'vitest';
import { createMemoryManager, type MemoryManager } from '../src/index.js';
import { createSource } from './pressure-source.js';
import { settle, watch } from './settled.js';

const KIB = 1024;

function open(budgets = { video: 600 * KIB, audio: 200 * KIB, thumbnails: 200 * KIB }) {
  const clock = createManualClock();
  const source = createSource();
  const manager = createMemoryManager({ maxBytes: 1000 * KIB, budgets, source, clock });
  const log: string[] = [];
  record(manager, log);
  return { clock, source, manager, log };
}

function record(manager: MemoryManager, log: string[]): void {
  manager.on('level', ({ level, previous }) => log.push(`level ${previous} ${level}`));
  manager.on('freed', ({ step, owner, bytes }) => log.push(`${step} ${owner} ${bytes / KIB}`));
  manager.on('waiting', ({ owner, bytes, level }) => log.push(`waiting ${owner} ${bytes / KIB} ${level}`));
  manager.on('degraded', (one) =>
    log.push(`degraded ${one.owner} ${one.requestedBytes / KIB} ${one.bytes / KIB}`),
  );
}

test('under pressure thumbnails go first, then callers wait, and a release lets them go on', async () => {
  const { manager, source, log } = open();
  const video = await manager.video.acquire(512 * KIB);
  const audio = await manager.audio.acquire(128 * KIB);
  for (let i = 0; i < 10; i += 1) expect(manager.thumbnails.set(`${i}`, new Uint8Array(20 * KIB))).toBe(true);
  expect(manager.snapshot().bytes).toBe(840 * KIB);

  source.set('high');
  expect(log.splice(0)).toEqual(['level none high', 'thumbnails thumbnails 140']);
  expect(manager.snapshot()).toMatchObject({ level: 'high', limitBytes: 700 * KIB, bytes: 700 * KIB });
  expect(manager.thumbnails.has('6')).toBe(false);
  expect(manager.thumbnails.has('7')).toBe(true);

  const waiting = watch(manager.video.acquire(80 * KIB));
  await settle();
  expect(waiting.state).toBe('pending');
  expect(log.splice(0)).toEqual(['thumbnails thumbnails 60', 'waiting video 80 high']);
  audio.release();
  await settle();
  expect(waiting.state).toBe('resolved');
  expect(manager.snapshot().bytes).toBeLessThanOrEqual(700 * KIB);
  waiting.value?.release();
  video.release();
  manager.close();
  expect(manager.snapshot().bytes).toBe(0);
  expect(source.listeners).toBe(0);
});

test('a pool has its bytes set aside until it is closed', async () => {
  const { manager, source } = open();
  expect(manager.available('video')).toBe(600 * KIB);
  const layout = frameLayout({ format: 'NV12', width: 256, height: 256 });
  const pool = manager.createPool({ name: 'export', kind: 'video', maxBytes: 4 * layout.byteLength });
  expect(manager.available('video')).toBe(600 * KIB - 4 * layout.byteLength);
  expect(() => manager.createPool({ name: 'too much', kind: 'video', maxBytes: 300 * KIB })).toThrow(
    expect.objectContaining({ code: 'E_MEMORY_BUDGET' }),
  );
  // It keeps what it was promised, whatever else happens.
  source.set('critical');
  const description = { layout, color: BT709, timestampUs: 0, durationUs: 0 };
  const frames = [];
  for (let i = 0; i < 4; i += 1) frames.push(await pool.acquireFrame(description));
  const fifth = watch(pool.acquireFrame(description));
  await settle();
  expect(fifth.state).toBe('pending');
  frames[0]?.[Symbol.dispose]();
  await settle();
  expect(fifth.state).toBe('resolved');
  pool.close();
  expect(manager.available('video')).toBe(600 * KIB - 4 * layout.byteLength);
  for (const frame of [...frames.slice(1), fifth.value]) frame?.[Symbol.dispose]();
  expect(manager.available('video')).toBe(600 * KIB);
});

test('who can use less gets it when pressure stays high', async () => {
  const { manager, source, clock, log } = open();
  const kept = await manager.video.acquire(512 * KIB);
  const more = await manager.audio.acquire(40 * KIB);
  source.set('high');
  log.length = 0;
  const fixed = watch(manager.audio.acquire(160 * KIB));
  const ready = watch(manager.audio.acquire(160 * KIB, { owner: 'mix', minBytes: 16 * KIB }));
  clock.advance(4999);
  await settle();
  expect([fixed.state, ready.state]).toEqual(['pending', 'pending']);
  clock.advance(1);
  await settle();
  expect([fixed.state, ready.state]).toEqual(['pending', 'resolved']);
  expect(ready.value?.degraded).toBe(true);
  expect(ready.value?.bytes.byteLength).toBe(128 * KIB);
  expect(log).toEqual(['waiting audio 160 high', 'waiting mix 160 high', 'degraded mix 160 128']);
  kept.release();
  ready.value?.release();
  await settle();
  expect(fixed.value?.degraded).toBe(false);
  more.release();
  fixed.value?.release();
  manager.free();
  expect(manager.snapshot().bytes).toBe(0);
});
