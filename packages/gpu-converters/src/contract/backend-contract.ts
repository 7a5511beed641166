import { createBufferPool } from '@framerail/buffer-pool';
import { isFramerailError, type LeaseSource } from '@framerail/lifecycle';
import {
  BT601,
  BT709,
  type FrameLayout,
  frameLayout,
  planeRowBytes,
  planeRows,
  type RawFrame,
} from '@framerail/media-types';
import type { BackendPlan, FrameBackend } from '../backends/backend.js';
import { createReferenceBackend } from '../backends/reference/reference-backend.js';
import { withWork } from '../plan/plan-work.js';
import { generator } from './random-numbers.js';
import { randomPlan } from './random-plan.js';

/** One demand of a contract, for any test runner. */
export interface ContractCase {
  /** What must hold. */
  readonly name: string;
  /** Rejects if it doesn't. */
  run(): Promise<void>;
}

/** Options of {@link backendContract}. */
export interface BackendContractOptions {
  /** Makes the backend under test; the suite closes it. */
  createBackend(plan: BackendPlan, leases: LeaseSource): FrameBackend | Promise<FrameBackend>;
  /** What gives the right bytes; default the reference backend. */
  readonly reference?: (plan: BackendPlan, leases: LeaseSource) => FrameBackend;
  /** Random plans to compare; default 200. */
  readonly plans?: number;
  /** Longest side of random frames, in pixels; default 72. */
  readonly maxSide?: number;
  /** Seed of all random numbers; default `backend contract`. */
  readonly seed?: string;
}

/** Plans that share a case, so that a suite's list stays short. */
const PLANS_PER_CASE = 20;

/**
 * What every {@link FrameBackend} must do, as cases for the test runner at hand:
 * `for (const { name, run } of backendContract({ createBackend })) test(name, run)`.
 *
 * @param options - how to make the backend under test, and how much to try
 */
export function backendContract(options: BackendContractOptions): readonly ContractCase[] {
  const { plans = 200, maxSide = 72, seed = 'backend contract' } = options;
  const groups = Array.from({ length: Math.ceil(plans / PLANS_PER_CASE) }, (_, group) => ({
    name: `gives the reference's bytes for random plans (${seed} ${group})`,
    run: async () => {
      for (let one = 0; one < PLANS_PER_CASE; one += 1) {
        const name = `${seed} ${group}.${one}`;
        const random = generator(name);
        await compare(options, randomPlan(random, { maxSide, maxOperations: 4 }), name);
      }
    },
  }));
  return [
    ...groups,
    { name: 'leaves the frame as it is and hands its time on', run: () => keepsFrames(options) },
    { name: 'does several frames at once', run: () => doesSeveral(options) },
    { name: 'gives an aborted frame up and goes on', run: () => aborts(options) },
    {
      name: 'refuses frames once it is closed, and leaves results that are out alone',
      run: () => closes(options),
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

async function withBackend(
  options: BackendContractOptions,
  plan: BackendPlan,
  use: (backend: FrameBackend, expected: (frame: RawFrame) => Promise<Uint8Array>) => Promise<void>,
): Promise<void> {
  const { createBackend, reference = (plan, leases) => createReferenceBackend({ plan, leases }) } = options;
  const pool = createBufferPool({ maxBytes: 1 << 28, name: 'contract', leakDetection: 'full' });
  const oracle = reference(plan, pool);
  const backend = await createBackend(plan, pool);
  try {
    await use(backend, async (frame) => {
      using result = await oracle.process(frame);
      return rowsOf(result);
    });
  } finally {
    await backend.close();
    await oracle.close();
  }
  const { bytesInUse } = pool.stats();
  pool.close();
  demand(bytesInUse === 0, `all leases to come back, but ${bytesInUse} bytes are out`);
}

async function compare(options: BackendContractOptions, plan: BackendPlan, seed: string): Promise<void> {
  await withBackend(options, plan, async (backend, expected) => {
    const frame = makeFrame(plan, seed, 0);
    using result = await backend.process(frame);
    sameBytes(await expected(frame), rowsOf(result), () => `${seed}: ${describe(plan)}`);
  });
}

async function keepsFrames(options: BackendContractOptions): Promise<void> {
  const plan = wholePlan();
  await withBackend(options, plan, async (backend) => {
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
    sameBytes(before, frame.data, () => 'the source frame after process');
    const { framesDone, framesFailed, inFlight, resultsOut } = backend.stats();
    const counts = [framesDone, framesFailed, inFlight, resultsOut].join();
    demand(counts === '1,0,0,0', `one frame done and no result out, not ${counts}`);
  });
}

async function doesSeveral(options: BackendContractOptions): Promise<void> {
  const plan = wholePlan();
  await withBackend(options, plan, async (backend, expected) => {
    const frames = Array.from({ length: 3 * backend.maxInFlight + 2 }, (_, index) =>
      makeFrame(plan, `frame ${index}`, index),
    );
    await Promise.all(
      frames.map(async (frame) => {
        using result = await backend.process(frame);
        demand(result.timestampUs === frame.timestampUs, 'each result to belong to its frame');
        sameBytes(await expected(frame), rowsOf(result), () => `frame ${frame.timestampUs} of several`);
      }),
    );
  });
}

async function aborts(options: BackendContractOptions): Promise<void> {
  const plan = wholePlan();
  await withBackend(options, plan, async (backend, expected) => {
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
    sameBytes(await expected(frame), rowsOf(result), () => 'a frame after aborted ones');
  });
}

async function closes(options: BackendContractOptions): Promise<void> {
  const plan = wholePlan();
  await withBackend(options, plan, async (backend, expected) => {
    const frame = makeFrame(plan, 'closed', 0);
    using result = await backend.process(frame);
    await Promise.all([backend.close(), backend.close()]);
    demand(isFramerailError(await failure(backend.process(frame)), 'E_CLOSED'), 'E_CLOSED after close');
    sameBytes(
      await expected(frame),
      rowsOf(result),
      () => 'a result that was out when the backend was closed',
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
  const random = generator(seed);
  const data = random.fill(new Uint8Array(source.layout.byteLength));
  // Extreme codes are where clamping and rounding go wrong.
  if (random.below(2) === 0)
    for (let index = 0; index < data.length; index += 1) data[index] = random.pick([0, 255, 16, 235, 240]);
  return { ...source, data, timestampUs, durationUs: 20_000, [Symbol.dispose]: () => {} };
}

/** The pixels of a frame without what lies between rows. */
function rowsOf({ data, layout }: { data: Uint8Array; layout: FrameLayout }): Uint8Array {
  const rows: Uint8Array[] = [];
  for (const [index, { offset, stride }] of layout.planes.entries()) {
    const rowBytes = planeRowBytes(layout.format, index, layout.width);
    for (let y = 0; y < planeRows(layout.format, index, layout.height); y += 1) {
      rows.push(data.subarray(offset + y * stride, offset + y * stride + rowBytes));
    }
  }
  const all = new Uint8Array(rows.reduce((sum, row) => sum + row.byteLength, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.byteLength;
  }
  return all;
}

function sameBytes(expected: Uint8Array, actual: Uint8Array, describeCase: () => string): void {
  demand(
    expected.byteLength === actual.byteLength,
    `${expected.byteLength} bytes, not ${actual.byteLength}: ${describeCase()}`,
  );
  const at = expected.findIndex((byte, index) => byte !== actual[index]);
  demand(at < 0, `byte ${at} to be ${expected[at]}, not ${actual[at]}: ${describeCase()}`);
}

function describe({ source, target, operations, upsampling }: BackendPlan): string {
  const steps = operations.map((operation) =>
    operation.type === 'overlay'
      ? { ...operation, image: `${operation.image.width}×${operation.image.height}` }
      : operation,
  );
  return JSON.stringify({ source, target, operations: steps, upsampling });
}

function demand(holds: boolean, expected: string): void {
  if (!holds) throw new Error(`Expected ${expected}`);
}
