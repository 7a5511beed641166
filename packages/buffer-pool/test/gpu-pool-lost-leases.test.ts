import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createGpuBufferPool, type GpuBufferPool, type LostLease } from '../src/index.js';
import { fakeDevice } from './gpu/fake-device.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** In a function of its own, so that no register of the test keeps the lease. */
async function lose(pool: GpuBufferPool): Promise<void> {
  await pool.acquire(4096);
}

test('a lease that is collected unreleased is reported, its bytes serve others, its buffer nobody', async () => {
  const device = fakeDevice();
  using pool = createGpuBufferPool({
    device,
    usage: 0x80,
    maxBytes: 4096,
    leakDetection: 'full',
    name: 'readback',
  });
  const losses: LostLease[] = [];
  pool.on('lost', (loss) => losses.push(loss));
  await lose(pool);
  const waiting = pool.acquire(4096);
  for (let round = 0; round < 200 && losses.length === 0; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(losses).toEqual([
    { pool: 'readback', bytesRecovered: 4096, acquiredAt: expect.stringContaining('lose') },
  ]);
  const lease = await waiting;
  // Somebody may still have the first one.
  expect(lease.buffer).toBe(device.buffers[1]);
  expect(device.buffers[0]?.destroyed).toBe(0);
  lease.release();
});
