import { expect, test } from 'vitest';
import { heapAllocator, sharedAllocator } from '../src/index.js';
import { TransferChaos } from './model/transfer-chaos.js';

const SEED = Number(process.env['FRAMERAIL_TEST_SEED'] ?? 20_240_229);
const LIVES = 60;
const STEPS_IN_A_LIFE = 150;

test.each([
  ['moved', heapAllocator],
  ['shared', sharedAllocator],
] as const)('leases whose memory is %s come home from every journey', async (_, makeAllocator) => {
  const totals = { received: 0, lost: 0, cancelled: 0, givenUp: 0 };
  for (let life = 0; life < LIVES; life += 1) {
    const chaos = new TransferChaos(SEED + life, makeAllocator());
    try {
      for (let step = 0; step < STEPS_IN_A_LIFE; step += 1) await chaos.step();
      await chaos.end();
    } catch (error) {
      const last = chaos.log.slice(-30).join(', ');
      throw new Error(`Seed ${SEED + life}: ${(error as Error).message} after ${last}`, { cause: error });
    }
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += chaos.counts[name];
  }
  for (const total of Object.values(totals)) expect(total).toBeGreaterThan(10);
});
