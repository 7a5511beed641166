import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createSharedPool } from '../src/index.js';
import { audit } from './shared/audit.js';
import { isLocked } from './shared/mortal.js';
import { Borrowers } from './shared/workers.js';

const SEED = Number(process.env['FRAMERAIL_TEST_SEED'] ?? 20_240_229);

test('four workers take a million leases of all sizes: none overlap, none is lost', async () => {
  await using borrowers = await Borrowers.create();
  const pool = createSharedPool({ maxBytes: 2 ** 20, name: 'crowd' });
  const workers = await Promise.all(
    [1, 2, 3, 4].map((thread) =>
      borrowers.start({
        handle: pool.handle,
        thread,
        seed: SEED + thread,
        leases: 250_000,
        holds: 8,
        maxBytes: 400_000,
        rests: 5000,
      }),
    ),
  );
  const reports = await Promise.all(workers.map((worker) => borrowers.report(worker)));
  const sum = (of: 'leases' | 'waited' | 'refused' | 'spoiled') =>
    reports.reduce((total, one) => total + one[of], 0);
  expect(sum('spoiled')).toBe(0);
  expect(sum('leases')).toBe(1_000_000);
  // It wasn't too easy.
  expect(sum('refused')).toBeGreaterThan(1000);
  expect(sum('waited')).toBeGreaterThan(1000);
  expect(pool.stats().waits).toBeGreaterThan(1000);
  const stats = pool.stats();
  expect(stats).toMatchObject({ leases: 0, bytesInUse: 0, bytesWasted: 0, waiting: 0, lost: 0 });
  expect(stats.hits + stats.misses).toBe(1_000_000);
  expect(stats.peakBytes).toBeLessThanOrEqual(2 ** 20);
  audit(pool.handle);
  expect(pool.tryAcquire(2 ** 20)?.byteLength).toBe(2 ** 20);
}, 180_000);

test('workers that are terminated wherever they are take nothing along, and hold nobody up', async () => {
  await using borrowers = await Borrowers.create();
  const pool = createSharedPool({ maxBytes: 2 ** 20, maxThreads: 4, name: 'mortals' });
  const order = { handle: pool.handle, leases: Number.POSITIVE_INFINITY, holds: 6, maxBytes: 300_000 };
  const survivor = await borrowers.start({ ...order, thread: 1, seed: SEED, leases: 150_000, rests: 100 });
  const report = borrowers.report(survivor);
  const survivorEnded = once(survivor, 'exit');
  for (let round = 0; round < 40; round += 1) {
    // Its number is known before it tells.
    const thread = 2 + (round % 2);
    const worker = await borrowers.start({
      ...order,
      thread,
      seed: SEED + round,
      rests: 1 + (round % 7) * 50,
    });
    const delays = (round * 7) % 11;
    for (let delay = 0; delay < delays; delay += 1) await new Promise((resolve) => setImmediate(resolve));
    const exit = once(worker, 'exit');
    await worker.terminate();
    await exit;
    pool.tryAcquire(5000)?.release();
    pool.recover(thread);
    expect(pool.recover(thread)).toBe(0);
  }
  expect(await report).toMatchObject({ leases: 150_000, spoiled: 0 });
  await survivorEnded;
  expect(isLocked(pool.handle)).toBe(false);
  audit(pool.handle);
  expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, waiting: 0 });
  expect(pool.tryAcquire(2 ** 20)?.byteLength).toBe(2 ** 20);
}, 180_000);
