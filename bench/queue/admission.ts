// Admission with real ffmpeg jobs: what they take of processors and memory stays under the limits, give or take one job's
// reservation; and a queue that nobody else keeps from it has a job for every core.
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
  const seconds = quick ? 2 : 6;
  const jobs = quick ? 6 : cores * 5;
  const few = { binaries, seconds, jobs };
  const paced = await measureOne({ binaries, seconds, isPaced: true });
  log(
    `a paced job takes ${(paced.coreShare * 100).toFixed(0)} % of a core, ${(paced.bytes / 2 ** 20).toFixed(0)} MiB`,
  );
  const outcome: BenchOutcome = { results: [], claims: [] };

  // Processors are what is short: there is memory for all jobs.
  const cost = { cpu: paced.coreShare / cores, memoryBytes: paced.bytes };
  const byCpu = { ...few, cores, memoryBytes: paced.bytes * jobs * 4, cost, isPaced: true };
  note(outcome, 'processors-are-short', byCpu, await peakOf(byCpu, log));

  // Memory is: for four jobs and a half under the limit, on a machine that is said to have as many cores as there are jobs.
  const room = { cores: jobs, memoryBytes: (paced.bytes * 4.5) / LIMITS.memory };
  const byMemory = { ...few, ...room, cost: { cpu: 1 / jobs, memoryBytes: paced.bytes }, isPaced: false };
  note(outcome, 'memory-is-short', byMemory, await peakOf(byMemory, log));

  // Whole cores, as many as there are.
  const whole = { ...byCpu, cost: { cpu: 1 / cores, memoryBytes: paced.bytes }, isPaced: false };
  const busy: number[] = [];
  const timings = await alternate(
    {
      async queue() {
        const done = await runAdmitted(whole);
        busy.push(done.busy);
        return done.ms;
      },
      pool: () => runPool(whole),
    },
    { rounds: Math.min(rounds, 3), warmup: 0 },
  );
  outcome.results.push({
    id: 'all-cores/time',
    unit: 'ms',
    value: timings.queue.medianMs,
    peers: { 'pool-of-all-cores': timings.pool.medianMs },
  });
  outcome.claims.push({ id: 'all-cores/busy', value: median(busy), unit: 'share', op: '>=', limit: 0.95 });
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

async function peakOf(run: Run, log: BenchContext['log']): Promise<LoadPeak> {
  const { peak, ms } = await runAdmitted(run);
  log(
    `${run.jobs} jobs in ${(ms / 1000).toFixed(1)} s: ${peak.cpu.toFixed(2)} of ${run.cores} cores, ${peak.memory.toFixed(2)} of memory at most`,
  );
  return peak;
}

/** What came of a run. */
interface Done {
  readonly peak: LoadPeak;
  readonly ms: number;
  /** Share of the time until the last job began in which as many ran as there are cores. */
  readonly busy: number;
}

/** Does jobs in a queue that admits them by what they take. */
async function runAdmitted(run: Run): Promise<Done> {
  const { binaries, jobs, seconds, isPaced, cores, memoryBytes, cost } = run;
  using source = new ChildrenLoad({ cores, memoryBytes });
  await using queue = createQueue({
    engine: memory(),
    slots: jobs,
    lanes: { default: { concurrency: jobs } },
    admission: { source, limits: LIMITS, cores, totalMemoryBytes: memoryBytes, settleMs: SETTLE_MS },
  });
  const startedMs = performance.now();
  const spans: Span[] = [];
  const job = async ({ signal }: TaskContext): Promise<void> => {
    const span = { fromMs: performance.now(), toMs: Number.POSITIVE_INFINITY };
    spans.push(span);
    await encode({ binaries, seconds, isPaced, signal });
    span.toMs = performance.now();
  };
  queue.define('encode', job, { cost });
  const handles = await queue.addBulk(Array.from({ length: jobs }, () => ({ name: 'encode' })));
  await Promise.all(handles.map(({ result }) => result));
  return { peak: source.peak, ms: performance.now() - startedMs, busy: busyShare(spans, cores) };
}

/** When a job ran, by `performance.now()`. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The share of the cores that had a job while jobs waited. */
function busyShare(spans: readonly Span[], cores: number): number {
  const untilMs = Math.max(...spans.map(({ fromMs }) => fromMs));
  const sinceMs = Math.min(...spans.map(({ fromMs }) => fromMs));
  const ran = spans.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, untilMs) - fromMs), 0);
  return Math.min(1, ran / (untilMs - sinceMs) / cores);
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
