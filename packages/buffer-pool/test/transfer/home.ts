import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { BufferPool } from '../../src/index.js';

/** Waits for a pool's blocks to come home: by a port, so in a later turn of the loop. */
export async function home(pool: BufferPool): Promise<void> {
  for (let turn = 0; turn < 400 && pool.stats().leases > 0; turn += 1) {
    await sleep(1);
  }
  expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesWasted: 0 });
}
