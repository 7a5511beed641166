import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ManagerChaos } from './model/manager-chaos.js';

const SEED = Number(process.env['FRAMERAIL_TEST_SEED'] ?? 20_240_229);
const LIVES = 200;
const STEPS_IN_A_LIFE = 250;

// What throws becomes warnings, thousands of them here.
const warn = vi.spyOn(process, 'emitWarning');
beforeAll(() => void warn.mockImplementation(() => {}));
afterAll(() => warn.mockRestore());

test('a memory manager under changing pressure and in bad company loses nothing', async () => {
  const totals = { degraded: 0, waited: 0, freed: 0, pictures: 0 };
  for (let life = 0; life < LIVES; life += 1) {
    const chaos = new ManagerChaos(SEED + life);
    try {
      for (let step = 0; step < STEPS_IN_A_LIFE; step += 1) await chaos.step();
      await chaos.end();
    } catch (error) {
      const last = chaos.log.slice(-30).join('\n');
      throw new Error(`Seed ${SEED + life}: ${(error as Error).message} after\n${last}`, { cause: error });
    }
    totals.degraded += chaos.counts.degraded;
    totals.waited += chaos.counts.waited;
    totals.freed += chaos.counts.freed;
    totals.pictures += chaos.pictures.seen;
  }
  for (const total of Object.values(totals)) expect(total).toBeGreaterThan(20);
});
