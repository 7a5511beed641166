// What a pipeline of 4K frames takes, pooled and not, and what no frames at all would have taken in that time.
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { alternate, median } from '../measure.ts';
import { runChild } from './child.ts';
import { FRAME_BYTES } from './frame.ts';
import type { PipelineReport } from './pipeline.ts';

/** Distinct frames in the file; gone through again and again. */
const DISTINCT = 8;
/** A run takes a minute or more and is itself a repetition: ten thousand frames. */
const MOST_ROUNDS = 1;

/** Measures each way in a process of its own, in alternating order. */
export async function measurePipeline({ log, rounds, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const frames = quick ? 400 : 10_000;
  const folder = await mkdtemp(join(tmpdir(), 'framerail-bench-pool-'));
  try {
    const path = join(folder, 'frames.nv12');
    await writeFrames(path, seed);
    const reports = new Map<string, PipelineReport[]>();
    const run = async (way: string, ...more: string[]) => {
      const args = [path, String(DISTINCT), String(frames), way, ...more];
      const report = await runChild<PipelineReport>('pipeline.ts', args);
      reports.set(way, [...(reports.get(way) ?? []), report]);
      const { ms, peakRssBytes, warmUp, collections } = report;
      log(
        `${way}: ${(ms / 1e3).toFixed(1)} s, peak ${(peakRssBytes / 1e6).toFixed(0)} MB, collections ${describe(warmUp)} at the start, ${describe(collections)} after`,
      );
      return ms;
    };
    const lastMs = () => reports.get('pool')?.at(-1)?.ms ?? 1000;
    await alternate(
      {
        pool: () => run('pool'),
        idle: () => run('idle', String(lastMs())),
        allocate: () => run('allocate'),
      },
      { rounds: quick ? 1 : Math.min(rounds, MOST_ROUNDS), warmup: 0 },
    );
    return summarize(reports, frames);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summarize(reports: ReadonlyMap<string, readonly PipelineReport[]>, frames: number): BenchOutcome {
  const of = (way: string, figure: (report: PipelineReport) => number) =>
    median((reports.get(way) ?? []).map(figure));
  const result = (id: string, unit: string, figure: (report: PipelineReport) => number) => ({
    id,
    unit,
    value: of('pool', figure),
    peers: { 'new-memory-per-frame': of('allocate', figure), 'no-frames': of('idle', figure) },
  });
  const peak = result('pipeline-peak-rss', 'MB', ({ peakRssBytes }) => peakRssBytes / 1e6);
  const major = result('pipeline-major-collections', 'collections', ({ collections }) => collections.major);
  const fps = ({ ms }: PipelineReport) => frames / (ms / 1e3);
  return {
    results: [
      { ...result('pipeline-4k', 'fps', fps), peers: { 'new-memory-per-frame': of('allocate', fps) } },
      peak,
      major,
      result('pipeline-minor-collections', 'collections', ({ collections }) => collections.minor),
      result('pipeline-major-collections-at-start', 'collections', ({ warmUp }) => warmUp.major),
    ],
    claims: [
      {
        id: 'peak-rss-vs-allocating',
        value: peak.value / (peak.peers['new-memory-per-frame'] ?? Number.NaN),
        unit: 'ratio',
        op: '<=',
        limit: 0.5,
      },
      {
        id: 'major-collections-beyond-no-frames',
        value: major.value - (major.peers['no-frames'] ?? Number.NaN),
        unit: 'collections',
        op: '<=',
        limit: 0,
      },
    ],
  };
}

function describe({ minor, major }: PipelineReport['collections']): string {
  return `${minor} minor ${major} major`;
}

/** Noise: what is in a frame makes no difference to anything measured here. */
async function writeFrames(path: string, seed: number): Promise<void> {
  const words = new Uint32Array(FRAME_BYTES / 4);
  let state = seed >>> 0 || 1;
  const file = await open(path, 'w');
  try {
    for (let frame = 0; frame < DISTINCT; frame += 1) {
      for (let index = 0; index < words.length; index += 1) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        words[index] = state;
      }
      await file.writeFile(new Uint8Array(words.buffer));
    }
  } finally {
    await file.close();
  }
}
