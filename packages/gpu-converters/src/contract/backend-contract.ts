import { isFramerailError, type LeaseSource } from '@framerail/lifecycle';
import { type ContractCase, demand } from '@framerail/lifecycle/testing';
import { BT601, BT709, frameLayout, type RawFrame } from '@framerail/media-types';
import type { BackendPlan, FrameBackend } from '../backends/backend.js';
import { createReferenceBackend } from '../backends/reference/reference-backend.js';
import { withWork } from '../plan/plan-work.js';
import { agreeOn, type BackendPair, withBackends } from './agreement.js';
import { rowsOf, sameRows } from './compare-frames.js';
import { generator } from './random-numbers.js';
import { ALL_FORMATS, type RandomRecipeLimits, randomRecipe } from './random-recipe.js';
import { recipeFrame } from './recipe-frames.js';

/** Options of {@link backendContract}. */
export interface BackendContractOptions {
  /** Makes the backend under test; the suite closes it. */
  createBackend(plan: BackendPlan, leases: LeaseSource): FrameBackend | Promise<FrameBackend>;
  /** What gives the right bytes; default the reference backend. */
  readonly reference?: (plan: BackendPlan, leases: LeaseSource) => FrameBackend;
  /** Random plans to compare, beside one for each pair of formats; default 200. */
  readonly plans?: number;
  /** Longest side of random frames, in pixels; default 72. */
  readonly maxSide?: number;
  /** Seed of all random numbers; default `backend contract`. The same seed makes the same plans everywhere. */
  readonly seed?: string;
}

/** Plans that share a case, so that a suite's list stays short. */
const PLANS_PER_CASE = 20;

/**
 * What every {@link FrameBackend} must do, as cases for the test runner at hand:
 * `for (const { name, run } of backendContract({ createBackend })) test(name, run)`. A plan with which it fails is
 * made simpler as long as it fails; the error has the smallest one.
 *
 * @param options - how to make the backend under test, and how much to try
 */
export function backendContract(options: BackendContractOptions): readonly ContractCase[] {
  const { plans = 200, maxSide = 72, seed = 'backend contract' } = options;
  const pair: BackendPair = {
    createBackend: options.createBackend.bind(options),
    createReference: options.reference ?? ((plan, leases) => createReferenceBackend({ plan, leases })),
  };
  const limits = { maxSide, maxSteps: 4 };
  const agree = (name: string, own: RandomRecipeLimits) => agreeOn(randomRecipe(generator(name), own), pair);
  const pairs = ALL_FORMATS.map((source) => ({
    name: `gives the reference's bytes from ${source} to every format (${seed})`,
    run: async () => {
      for (const target of ALL_FORMATS)
        await agree(`${seed} ${source} ${target}`, { ...limits, source, target });
    },
  }));
  const groups = Array.from({ length: Math.ceil(plans / PLANS_PER_CASE) }, (_, group) => ({
    name: `gives the reference's bytes for random plans (${seed} ${group})`,
    run: async () => {
      for (let one = 0; one < PLANS_PER_CASE; one += 1) await agree(`${seed} ${group}.${one}`, limits);
    },
  }));
  return [
    ...pairs,
    ...groups,
    { name: 'leaves the frame as it is and hands its time on', run: () => keepsFrames(pair) },
    { name: 'does several frames at once', run: () => doesSeveral(pair) },
    { name: 'gives an aborted frame up and goes on', run: () => aborts(pair) },
    {
      name: 'refuses frames once it is closed, and leaves results that are out alone',
      run: () => closes(pair),
    },
  ];
}

/** NV12 to NV12 through RGB, with everything in between. */
function wholePlan(): BackendPlan {
  const data = generator('overlay').fill(new Uint8Array(8 * 8 * 4));
  return withWork({
    source: { layout: frameLayout({ format: 'NV12', width: 34, height: 18 }), color: BT601 },
    target: { layout: frameLayout({ format: 'NV12', width: 50, height: 40 }), color: BT709 },
    operations: [
      { type: 'scale', width: 50, height: 40 },
      { type: 'colorMatrix', coefficients: Int32Array.of(4500, 0, 0, 99, 0, 4000, 0, -99, 0, 100, 4096, 0) },
      { type: 'overlay', image: { data, width: 8, height: 8 }, x: 5, y: -2, opacity: 200 },
    ],
    upsampling: 'bilinear',
  });
}

async function keepsFrames(pair: BackendPair): Promise<void> {
  const plan = wholePlan();
  await withBackends(pair, plan, async ({ backend }) => {
    const frame = makeFrame(plan, 'kept', 40_000);
    const before = frame.data.slice();
    {
      using result = await backend.process(frame);
      demand(
        result.timestampUs === 40_000 && result.durationUs === 20_000,
        'timestamp and duration to be handed on',
      );
      demand(result.layout.width === 50 && result.layout.format === 'NV12', 'the target layout');
      demand(result.color.matrix === 'bt709', 'the target colour');
      demand(result.data.byteLength >= plan.target.layout.byteLength, 'all bytes of the target layout');
    }
    demand(
      before.every((byte, at) => byte === frame.data[at]),
      'the source frame as it was before',
    );
    const { framesDone, framesFailed, inFlight, resultsOut } = backend.stats();
    const counts = [framesDone, framesFailed, inFlight, resultsOut].join();
    demand(counts === '1,0,0,0', `one frame done and no result out, not ${counts}`);
  });
}

async function doesSeveral(pair: BackendPair): Promise<void> {
  const plan = wholePlan();
  await withBackends(pair, plan, async ({ backend, expected }) => {
    const frames = Array.from({ length: 3 * backend.maxInFlight + 2 }, (_, index) =>
      makeFrame(plan, `frame ${index}`, index),
    );
    await Promise.all(
      frames.map(async (frame) => {
        using result = await backend.process(frame);
        demand(result.timestampUs === frame.timestampUs, 'each result to belong to its frame');
        sameRows(
          plan.target.layout,
          await expected(frame),
          rowsOf(result),
          `frame ${frame.timestampUs} of several`,
        );
      }),
    );
  });
}

async function aborts(pair: BackendPair): Promise<void> {
  const plan = wholePlan();
  await withBackends(pair, plan, async ({ backend, expected }) => {
    const frame = makeFrame(plan, 'aborted', 0);
    const early = await failure(backend.process(frame, { signal: AbortSignal.abort() }));
    demand(isFramerailError(early, 'E_ABORTED'), 'E_ABORTED for a signal that has aborted');
    const controller = new AbortController();
    const pending = backend.process(frame, { signal: controller.signal });
    controller.abort();
    const late = await failure(pending);
    // A result that was ready before the abort may still come.
    demand(
      late === undefined || isFramerailError(late, 'E_ABORTED'),
      'E_ABORTED or a result for a late abort',
    );
    using result = await backend.process(frame);
    sameRows(plan.target.layout, await expected(frame), rowsOf(result), 'a frame after aborted ones');
  });
}

async function closes(pair: BackendPair): Promise<void> {
  const plan = wholePlan();
  await withBackends(pair, plan, async ({ backend, expected }) => {
    const frame = makeFrame(plan, 'closed', 0);
    using result = await backend.process(frame);
    await Promise.all([backend.close(), backend.close()]);
    demand(isFramerailError(await failure(backend.process(frame)), 'E_CLOSED'), 'E_CLOSED after close');
    sameRows(
      plan.target.layout,
      await expected(frame),
      rowsOf(result),
      'a result that was out when the backend was closed',
    );
  });
}

/** What a promise rejects with; a frame that it gives instead is disposed. */
async function failure(promise: Promise<RawFrame>): Promise<unknown> {
  try {
    (await promise)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return error;
  }
}

function makeFrame({ source }: BackendPlan, seed: string, timestampUs: number): RawFrame {
  return recipeFrame(generator(seed), source, 'random', timestampUs);
}
