import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PoolChaos } from './model/pool-chaos.js';

const SEED = Number(process.env['FRAMERAIL_TEST_SEED'] ?? 20_240_229);
const LIVES = 300;
const STEPS_IN_A_LIFE = 250;

// What throws becomes warnings, thousands of them here.
const warn = vi.spyOn(process, 'emitWarning');
beforeAll(() => void warn.mockImplementation(() => {}));
afterAll(() => warn.mockRestore());

test('a pool in bad company loses nothing', async () => {
  for (let life = 0; life < LIVES; life += 1) {
    const chaos = new PoolChaos(SEED + life);
    try {
      for (let step = 0; step < STEPS_IN_A_LIFE; step += 1) await chaos.step();
      await chaos.end();
    } catch (error) {
      const last = chaos.log.slice(-30).join('\n');
      throw new Error(`Seed ${SEED + life}: ${(error as Error).message} after\n${last}`, { cause: error });
    }
  }
  expect(warn).toHaveBeenCalled();
});
