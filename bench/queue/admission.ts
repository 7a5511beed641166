// Admission with real ffmpeg jobs: what they take of processors and memory stays under the limits, give or take one job's
// reservation; and a queue that nothing keeps gets as much done as a pool that fills the cores.
import { availableParallelism } from 'node:os';
import { type FfmpegBinaries, locateFfmpeg } from '@framerail/ffmpeg';
import { FramerailError } from '@framerail/lifecycle';
import { createQueue, memory, type TaskContext } from '@framerail/task-queue';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { alternate, median } from '../measure.ts';
import { ChildrenLoad, type LoadPeak } from './admission/children-load.ts';
import { type EncodeOptions, encode } from './admission/encode.ts';

const LIMITS = { cpu: 0.9, memory: 0.8 };
const SETTLE_MS = 1000;

/** What a run is made of. */
interface Run {
  readonly binaries: FfmpegBinaries;
  readonly jobs: number;
  /** Of video, of each job. */
  readonly seconds: number;
  readonly isPaced: boolean;
  readonly cores: number;
  readonly memoryBytes: number;
  /** What each job reserves. */
  readonly cost: { readonly cpu: number; readonly memoryBytes: number };
}

/** Part `admission`. */
export async function measureAdmission({ rounds, quick, log }: BenchContext): Promise<BenchOutcome> {
  if (process.platform !== 'linux')
    throw new FramerailError({
      code: 'E_UNSUPPORTED_HOST',
      message: `Expected Linux, whose /proc tells what processes take, but this is ${process.platform}; run it there`,
    });
  const binaries = await locateFfmpeg();
  const cores = availableParallelism();
  const seconds = quick ? 2 : 8;
  const jobs = quick ? 6 : cores * 8;
  const few = { binaries, seconds, jobs };
  const paced = await measureOne({ binaries, seconds, isPaced: true });
  log(
    `a paced job takes ${(paced.coreShare * 100).toFixed(0)} % of a core, ${(paced.bytes / 2 ** 20).toFixed(0)} MiB`,
  );
  const outcome: BenchOutcome = { results: [], claims: [] };

  // Processors are what is short: there is memory for all jobs.
  const cost = { cpu: paced.coreShare / cores, memoryBytes: paced.bytes };
  const byCpu = { ...few, cores, memoryBytes: paced.bytes * jobs * 4, cost, isPaced: true };
  note(outcome, 'processors-are-short', byCpu, (await runAdmitted(byCpu)).peak);

  // Memory is: for four jobs and a half under the limit, on a machine that is said to have as many cores as there are jobs.
  const room = { cores: jobs, memoryBytes: (paced.bytes * 4.5) / LIMITS.memory };
  const byMemory = { ...few, ...room, cost: { cpu: 1 / jobs, memoryBytes: paced.bytes }, isPaced: false };
  note(outcome, 'memory-is-short', byMemory, (await runAdmitted(byMemory)).peak);

  // Whole cores, as many as there are.
  const whole = { ...byCpu, cost: { cpu: 1 / cores, memoryBytes: paced.bytes }, isPaced: false };
  const timings = await alternate(
    { queue: async () => (await runAdmitted(whole)).ms, pool: () => runPool(whole) },
    { rounds: Math.min(rounds, 3), warmup: 0 },
  );
  const share = median(timings.pool.samplesMs.map((ms, at) => ms / (timings.queue.samplesMs[at] as number)));
  outcome.results.push({
    id: 'all-cores/time',
    unit: 'ms',
    value: timings.queue.medianMs,
    peers: { 'pool-of-all-cores': timings.pool.medianMs },
  });
  outcome.claims.push({
    id: 'all-cores/throughput-vs-pool',
    value: share,
    unit: 'ratio',
    op: '>=',
    limit: 0.9,
  });
  return outcome;
}

function note(
  { results, claims }: BenchOutcome,
  name: string,
  { cost, memoryBytes, cores }: Run,
  peak: LoadPeak,
): void {
  const reserved = { cpu: cost.cpu, memory: cost.memoryBytes / memoryBytes };
  for (const part of ['cpu', 'memory'] as const) {
    results.push({
      id: `${name}/${part}-peak`,
      unit: `of ${part === 'cpu' ? `${cores} cores` : 'memory'}`,
      value: peak[part],
      peers: {},
    });
    // A clock of 10 ms ticks, read over a second, is off by two hundredths.
    const limit = LIMITS[part] + reserved[part] + (part === 'cpu' ? 0.02 : 0);
    claims.push({ id: `${name}/${part}-peak`, value: peak[part], unit: 'share', op: '<=', limit });
  }
}

/** Does jobs in a queue that admits them by what they take. */
async function runAdmitted(run: Run): Promise<{ readonly peak: LoadPeak; readonly ms: number }> {
  const { binaries, jobs, seconds, isPaced, cores, memoryBytes, cost } = run;
  using source = new ChildrenLoad({ cores, memoryBytes });
  await using queue = createQueue({
    engine: memory(),
    slots: jobs,
    lanes: { default: { concurrency: jobs } },
    admission: { source, limits: LIMITS, cores, totalMemoryBytes: memoryBytes, settleMs: SETTLE_MS },
  });
  const startedMs = performance.now();
  queue.define('encode', ({ signal }: TaskContext) => encode({ binaries, seconds, isPaced, signal }), {
    cost,
  });
  const handles = await queue.addBulk(Array.from({ length: jobs }, () => ({ name: 'encode' })));
  await Promise.all(handles.map(({ result }) => result));
  return { peak: source.peak, ms: performance.now() - startedMs };
}

/** Does jobs as many at a time as there are cores. @returns milliseconds */
async function runPool({ binaries, jobs, seconds, isPaced, cores }: Run): Promise<number> {
  const startedMs = performance.now();
  let left = jobs;
  await Promise.all(
    Array.from({ length: cores }, async () => {
      while (left > 0) {
        left -= 1;
        await encode({ binaries, seconds, isPaced });
      }
    }),
  );
  return performance.now() - startedMs;
}

/** What a job takes by itself, and a tenth more: of one core, and bytes at most. */
async function measureOne(
  job: EncodeOptions,
): Promise<{ readonly coreShare: number; readonly bytes: number }> {
  const memoryBytes = 2 ** 40;
  using load = new ChildrenLoad({ cores: 1, memoryBytes }, 10);
  await encode(job);
  return { coreShare: load.peak.cpu * 1.1, bytes: Math.ceil(load.peak.memory * memoryBytes * 1.1) };
}
