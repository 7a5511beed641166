import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { type BufferPool, createBufferPool, type LostLease } from '../src/index.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !condition(); round += 1) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(condition()).toBe(true);
}

/** In a function of its own, so that no register of the test keeps the lease. */
async function lose(pool: BufferPool): Promise<Uint8Array> {
  const lease = await pool.acquire(4096);
  return lease.bytes;
}

test('a lease that is collected unreleased is reported and its bytes serve whoever waits', async () => {
  using pool = createBufferPool({ maxBytes: 4096, leakDetection: 'full', name: 'frames' });
  const losses: LostLease[] = [];
  pool.on('lost', (loss) => losses.push(loss));
  const kept = await lose(pool);
  kept.fill(1);
  const waiting = pool.acquire(4096);
  await until(() => losses.length > 0);
  expect(losses[0]).toMatchObject({
    pool: 'frames',
    bytesRecovered: 4096,
    acquiredAt: expect.stringContaining('lose'),
  });
  const lease = await waiting;
  // The view that was kept must not reach the next borrower's memory.
  lease.bytes.fill(2);
  expect(kept.every((byte) => byte === 1)).toBe(true);
  lease.release();
  expect(pool.stats()).toMatchObject({ lost: 1, bytesInUse: 0, waiting: 0 });
});

test('a holder that is lost leaves the memory to the other holders', async () => {
  using pool = createBufferPool({ maxBytes: 4096 });
  const losses: LostLease[] = [];
  pool.on('lost', (loss) => losses.push(loss));
  const lease = await pool.acquire(4096);
  // A function of its own keeps the second lease out of this one's registers.
  (() => void lease.retain())();
  await until(() => losses.length > 0);
  expect(losses[0]?.bytesRecovered).toBe(0);
  expect(lease.bytes.byteLength).toBe(4096);
  lease.release();
  expect(pool.stats().bytesInUse).toBe(0);
});

test('without a listener it is a warning of the process', async () => {
  using pool = createBufferPool({ maxBytes: 4096, name: 'thumbnails' });
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await lose(pool);
  // Leases count as out for good only from the next look on.
  expect(pool.stats().leases).toBe(1);
  await until(() => warn.mock.calls.length > 0);
  expect(warn.mock.calls[0]?.[0]).toContain('pool thumbnails');
  warn.mockRestore();
});

test('released leases are not reported', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  let lost = 0;
  pool.on('lost', () => {
    lost += 1;
  });
  for (let round = 0; round < 5000; round += 1) {
    const [first, second] = [await pool.acquire(4096), await pool.acquire(5000)];
    if (round % 3 === 0) pool.stats();
    second.retain().release();
    first.release();
    second.release();
  }
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lost).toBe(0);
});

test('places begin with the caller’s own', async () => {
  using pool = createBufferPool({ maxBytes: 4096, leakDetection: 'full' });
  const losses: LostLease[] = [];
  pool.on('lost', (loss) => losses.push(loss));
  function loseATry(): void {
    pool.tryAcquire(1);
  }
  loseATry();
  pool.stats();
  await until(() => losses.length > 0);
  expect(losses[0]?.acquiredAt).toMatch(/^\s*at loseATry/);
});

test('a lease that could be asked back is found lost too, and nobody is asked for it', async () => {
  using pool = createBufferPool({ maxBytes: 8192 });
  let asked = 0;
  (() => {
    pool.tryAcquire(4096, {
      priority: -1,
      onReclaim: () => {
        asked += 1;
      },
    });
  })();
  expect(pool.stats().leases).toBe(1);
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await until(() => pool.stats().lost === 1);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
  expect(pool.trim({ maxPriority: 5 })).toBe(0);
  expect(asked).toBe(0);
  expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0 });
});

test('leases that are used again are found lost as others are', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  for (let round = 0; round < 20_000; round += 1) pool.tryAcquire(4096)?.release();
  for (let round = 0; round < 30; round += 1) (() => void pool.tryAcquire(4096))();
  for (let round = 0; round < 20_000; round += 1) pool.tryAcquire(8192)?.release();
  await until(() => pool.stats().lost === 30);
  warn.mockRestore();
  expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesWasted: 0 });
});
