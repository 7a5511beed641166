import { createManualClock } from '@framerail/lifecycle';
import { expect, test } from 'vitest';
import { attachSharedPool, createSharedPool, type LostLease } from '../src/index.js';
import { audit } from './shared/audit.js';
import { MIB } from './shared/pools.js';
import { collectGarbage } from './transfer/collect-garbage.js';

test('a lease that is collected unreleased is told of with its place, once its view is gone too', async () => {
  const pool = createSharedPool({ maxBytes: MIB, leakDetection: 'full', clock: createManualClock() });
  const losses: LostLease[] = [];
  pool.on('lost', (loss) => losses.push(loss));
  const views = [] as Uint8Array[];
  (function loseTwo() {
    pool.tryAcquire(5000);
    views.push(pool.tryAcquire(20_000)?.bytes as Uint8Array);
  })();
  pool.stats();
  await collectGarbage(() => losses.length > 0);
  await collectGarbage();
  expect(losses).toMatchObject([{ pool: 'shared', bytesRecovered: 8192 }]);
  expect(losses[0]?.acquiredAt?.split('\n')[0]).toMatch(/loseTwo.*shared-pool-lost\.test\.ts/);
  expect(pool.stats()).toMatchObject({ leases: 1, lost: 1, bytesInUse: 20_480 });
  expect(views[0]?.byteLength).toBe(20_000);
  views.length = 0;
  await collectGarbage(() => losses.length > 1);
  expect(pool.stats()).toMatchObject({ leases: 0, lost: 2, bytesInUse: 0 });
  audit(pool.handle);
});

test('so is one that was awaited', async () => {
  const pool = createSharedPool({ maxBytes: MIB, leakDetection: 'full' });
  const losses: LostLease[] = [];
  pool.on('lost', (loss) => losses.push(loss));
  await (async function loseOne() {
    await pool.acquire(5000);
  })();
  pool.stats();
  await collectGarbage(() => losses.length > 0);
  expect(losses[0]?.acquiredAt?.split('\n')[0]).toMatch(/loseOne.*shared-pool-lost\.test\.ts/);
});

test('released and retained leases are not lost, and a part that is over tells of nothing', async () => {
  const pool = createSharedPool({ maxBytes: MIB });
  const part = attachSharedPool(pool.handle);
  const losses: LostLease[] = [];
  for (const one of [pool, part]) one.on('lost', (loss) => losses.push(loss));
  const kept = (function lend() {
    const lease = pool.tryAcquire(5000);
    const share = lease?.retain();
    lease?.release();
    part.tryAcquire(5000);
    return share;
  })();
  pool.stats();
  part.stats();
  expect(pool.recover(part.thread)).toBe(1);
  await collectGarbage();
  expect(losses).toEqual([]);
  expect(kept?.bytes.byteLength).toBe(5000);
  kept?.release();
  await collectGarbage();
  expect(losses).toEqual([]);
  expect(pool.stats()).toMatchObject({ leases: 0, lost: 0 });
});
