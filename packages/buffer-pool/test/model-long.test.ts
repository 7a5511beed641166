import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type PoolSession, runSteps } from './model/pool-session.js';
import { addonSettings, SETTINGS } from './model/settings.js';
import { drawStep, type Step, seededNumbers } from './model/steps.js';

// A million steps in all: lives of pools with one setting after the other, each from a seed of its own.
// FRAMERAIL_POOL_STEPS=N does another number, FRAMERAIL_POOL_LIFE=N only the life that a failure names, compared after
// every step; FRAMERAIL_TEST_SEED=N looks elsewhere.
const STEPS = Number(process.env['FRAMERAIL_POOL_STEPS'] ?? 1_000_000);
const ONLY = process.env['FRAMERAIL_POOL_LIFE'];
const SEED = Number(process.env['FRAMERAIL_TEST_SEED'] ?? 20_240_229);
const STEPS_IN_A_LIFE = 5000;
/** How often everything is compared; what becomes of requests, leases and memory is always looked at. */
const COMPARED_EVERY = 8;

const settings = requireProgram('addon') ? [...SETTINGS, ...addonSettings()] : SETTINGS;

// Callbacks that throw become warnings, thousands of them here.
const warn = vi.spyOn(process, 'emitWarning');
beforeAll(() => void warn.mockImplementation(() => {}));
afterAll(() => warn.mockRestore());

function* stepsOf(life: number): Generator<Step> {
  const below = seededNumbers(SEED + life);
  for (let count = 0; count < STEPS_IN_A_LIFE; count += 1) yield drawStep(below);
}

async function live(life: number, every: number): Promise<PoolSession> {
  const setting = settings[life % settings.length] as (typeof settings)[number];
  try {
    return await runSteps(setting, stepsOf(life), every);
  } catch (error) {
    // The first step after which something is wrong is more telling than the one at which it was seen.
    if (every > 1) await live(life, 1);
    const replay = `FRAMERAIL_TEST_SEED=${SEED} FRAMERAIL_POOL_LIFE=${life} npx vitest run packages/buffer-pool/test/model-long`;
    throw new Error(`Life ${life} went wrong; replay it with\n${replay}\n${(error as Error).message}`);
  }
}

test('nothing is lost in a million steps', async () => {
  const lives =
    ONLY === undefined
      ? Array.from({ length: Math.ceil(STEPS / STEPS_IN_A_LIFE) }, (_, life) => life)
      : [Number(ONLY)];
  const totals = { grants: 0, waits: 0, reclaims: 0, hits: 0 };
  for (const life of lives) {
    const { model, pool } = await live(life, ONLY === undefined ? COMPARED_EVERY : 1);
    totals.grants += model.counts.grants;
    totals.waits += model.counts.waits;
    totals.reclaims += model.counts.reclaims;
    totals.hits += pool.stats().hits;
  }
  // Pools in which nobody waits or is asked would hold whatever they do.
  for (const total of Object.values(totals)) expect(total).toBeGreaterThan(lives.length * 10);
}, 300_000);
