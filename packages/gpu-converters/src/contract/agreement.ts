import { createBufferPool } from '@framerail/buffer-pool';
import type { LeaseSource } from '@framerail/lifecycle';
import { demand } from '@framerail/lifecycle/testing';
import type { RawFrame } from '@framerail/media-types';
import type { BackendPlan, FrameBackend } from '../backends/backend.js';
import { buildFrame, buildPlan } from './build-plan.js';
import { rowsOf, sameRows } from './compare-frames.js';
import { describePlan } from './describe-plan.js';
import { type GuardedLeases, guardedLeases } from './guarded-leases.js';
import type { PlanRecipe } from './plan-recipe.js';
import { shrinkRecipe } from './shrink-recipe.js';

/** The two backends that are to agree. */
export interface BackendPair {
  /** The backend under test. */
  createBackend(plan: BackendPlan, leases: LeaseSource): FrameBackend | Promise<FrameBackend>;
  /** What gives the right bytes. */
  createReference(plan: BackendPlan, leases: LeaseSource): FrameBackend;
}

/** What {@link withBackends} lends. */
export interface LentBackends {
  /** The backend under test. */
  readonly backend: FrameBackend;
  /** Where its results come from, unless they come from elsewhere. */
  readonly leases: GuardedLeases;
  /** The right bytes of a frame's rows. */
  expected(frame: RawFrame): Promise<Uint8Array>;
}

/** Makes both backends for a plan, and demands that all memory comes back. */
export async function withBackends(
  pair: BackendPair,
  plan: BackendPlan,
  use: (lent: LentBackends) => Promise<void>,
): Promise<void> {
  const pool = createBufferPool({ maxBytes: 1 << 28, name: 'contract', leakDetection: 'full' });
  const leases = guardedLeases(pool);
  const oracle = pair.createReference(plan, pool);
  const backend = await pair.createBackend(plan, leases);
  try {
    await use({
      backend,
      leases,
      async expected(frame) {
        using result = await oracle.process(frame);
        return rowsOf(result);
      },
    });
  } finally {
    await backend.close();
    await oracle.close();
  }
  const { bytesInUse } = pool.stats();
  pool.close();
  demand(bytesInUse === 0, `all leases to come back, but ${bytesInUse} bytes are out`);
}

/**
 * Demands that both backends make the same of a recipe's plan and frame, and that the one under test touches nothing
 * beside the target's rows.
 *
 * @throws Error about the simplest recipe that fails too
 */
export async function agreeOn(recipe: PlanRecipe, pair: BackendPair): Promise<void> {
  // A recipe that makes no plan is no failure of the backend.
  buildPlan(recipe);
  const failure = await failureOf(recipe, pair);
  if (failure === undefined) return;
  const smallest = await shrinkRecipe(recipe, failure, (simpler) =>
    isPossible(simpler) ? failureOf(simpler, pair) : Promise.resolve(undefined),
  );
  const plan = describePlan(buildPlan(smallest.recipe));
  throw new Error(`${smallest.failure.message}\nplan: ${plan}\nrecipe: ${JSON.stringify(smallest.recipe)}`, {
    cause: smallest.failure,
  });
}

/** What is wrong with the backend under test on a recipe: `undefined` when nothing is. */
export async function failureOf(recipe: PlanRecipe, pair: BackendPair): Promise<Error | undefined> {
  const plan = buildPlan(recipe);
  const frame = buildFrame(recipe, plan);
  try {
    await withBackends(pair, plan, async ({ backend, leases, expected }) => {
      const { layout } = plan.target;
      using result = await backend.process(frame);
      const [from, to] = [plan.source.layout, layout];
      const what = `${from.format} ${from.width}×${from.height} to ${to.format} ${to.width}×${to.height}`;
      sameRows(layout, await expected(frame), rowsOf(result), what);
      leases.check(result.data, layout);
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isPossible(recipe: PlanRecipe): boolean {
  try {
    buildPlan(recipe);
    return true;
  } catch {
    return false;
  }
}
