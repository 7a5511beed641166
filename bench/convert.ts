// How long a 4K frame's conversion takes: the addon beside libyuv, the Rust crate `yuv` and swscale, and beside its own
// instruction sets and two threads; then the whole edit of an upscaling export in one pass.
//
// All work on one thread unless they say otherwise, from and to memory in huge pages, and stand beside each other in
// rounds of one conversion at a time. Ours is exact (within one code for 10 bits); libyuv has 8-bit coefficients,
// its P010 → NV12 takes the upper byte, `yuv-fast` has 7-bit ones, `yuv` and `yuv-professional` have 13 and 14 to 15 bits;
// swscale works with the flags that ffmpeg's filter has by default, or `-accurate`.
import { loadNative, type NativeBinding, type NativeInstructionSet } from '@framerail/native';
import type { BenchClaim, BenchContext, BenchOutcome, BenchResult } from './contract.ts';
import { editJob } from './convert/edit.ts';
import { JOBS, type Job } from './convert/jobs.ts';
import { type Conversion, prepareJob, timeConversion } from './convert/kernels.ts';
import { startPeers } from './convert/peers.ts';
import type { Peers } from './convert/program.ts';
import { compareThreads, type ThreadPair } from './convert/threads.ts';
import { alternate, type Contender } from './measure.ts';

/** Frames of a round of something fast; slow contenders take fewer. */
const FRAMES = 40;
const SLOW_FRAMES = 4;
const SLOW = ['scalar', 'swscale', 'swscale-accurate'];
/**
 * Times as many rounds of one thread beside two. A virtual machine's two processors may be two of one core's
 * hyperthreads for some seconds: then a second thread brings nothing, and each frame takes twice the processor time.
 */
const MORE_ROUNDS = 7;

/** Measures; see the head of the file. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  const native = loadNative();
  if (!native.available)
    throw new Error(`Expected the addon but there is none: ${native.reasons.join('; ')}. ${native.help}`);
  const { binding } = native;
  const sets = binding.instructionSets();
  context.log(`${context.rounds} rounds of each conversion; ours is ${sets[0]}`);
  const peers = await startPeers(context);
  const results: BenchResult[] = [];
  const claims: BenchClaim[] = [];
  try {
    for (const job of JOBS) {
      const conversion = prepareJob(binding, job, context.seed);
      const { result, theirs } = await measure(context, job, conversion, sets, peers);
      context.log(describe(result));
      results.push(result);
      claims.push(...claimsOf(job, result, theirs));
      if (job.id === 'rgba-to-nv12-4k') {
        const pair = await compareThreads(conversion, context.rounds * MORE_ROUNDS, FRAMES);
        results.push(...threadResults(pair));
        claims.push(ratio('convert-two-threads', pair.oneMs / pair.twoMs, '>=', 1.7));
      }
    }
    results.push(await measureEdit(context, binding));
  } finally {
    await peers.close();
  }
  return { results, claims, versions: { instructionSet: sets[0] ?? 'none' } };
}

/** A job beside its peers, and the best of those that aren't ours. */
async function measure(
  context: BenchContext,
  job: Job,
  conversion: Conversion,
  sets: readonly NativeInstructionSet[],
  peers: Peers,
): Promise<{ result: BenchResult; theirs: Record<string, number> }> {
  const frames = (name: string) => (SLOW.includes(name) ? SLOW_FRAMES : FRAMES);
  const contenders: Record<string, Contender> = { ours: () => timeConversion(conversion, FRAMES) };
  for (const set of job.everySet === true ? sets.slice(1) : [])
    contenders[set] = () => timeConversion(conversion, frames(set), { instructionSet: set });
  const names: string[] = [];
  for (const [full, peer] of Object.entries(peers.contenders)) {
    const [name = full, theirJob] = full.split(':');
    if (theirJob !== job.peers) continue;
    contenders[name] = () => peer(frames(name));
    names.push(name);
  }
  const timings = await alternate(contenders, { rounds: context.rounds });
  const { ours, ...others } = Object.fromEntries(
    Object.entries(timings).map(([name, { medianMs }]) => [name, medianMs]),
  );
  return {
    result: { id: job.id, unit: 'ms/frame', value: ours ?? Number.NaN, peers: others },
    theirs: Object.fromEntries(names.map((name) => [name, others[name] ?? Number.NaN])),
  };
}

/** Of a limit over the fastest peer, and what was claimed of libyuv alone before. */
function claimsOf({ id, limit }: Job, { value }: BenchResult, theirs: Record<string, number>): BenchClaim[] {
  const claims: BenchClaim[] = [];
  const { libyuv } = theirs;
  if (libyuv !== undefined && id === 'rgba-to-nv12-4k')
    claims.push(ratio('convert-vs-libyuv', value / libyuv, '<=', 1.3));
  if (libyuv !== undefined && id === 'rgba-to-nv12-4k-center')
    claims.push(ratio('convert-vs-libyuv-center', value / libyuv, '<=', 1.3));
  const fastest = Math.min(...Object.values(theirs));
  if (limit !== undefined && Number.isFinite(fastest))
    claims.push(ratio(`convert-${id}`, value / fastest, '<=', limit));
  return claims;
}

function threadResults({ oneMs, twoMs, oneCpuMs, twoCpuMs }: ThreadPair): BenchResult[] {
  const id = 'rgba-to-nv12-4k-two-threads';
  return [
    { id, unit: 'ms/frame', value: twoMs, peers: { 'one-thread': oneMs } },
    { id: `${id}-cpu`, unit: 'CPU ms/frame', value: twoCpuMs, peers: { 'one-thread': oneCpuMs } },
  ];
}

async function measureEdit(context: BenchContext, binding: NativeBinding): Promise<BenchResult> {
  const run = editJob(binding, context.seed);
  const { edit } = await alternate({ edit: () => run(FRAMES / 4) }, { rounds: context.rounds });
  return { id: 'nv12-1080p-edited-to-nv12-4k', unit: 'ms/frame', value: edit.medianMs, peers: {} };
}

function ratio(id: string, value: number, op: BenchClaim['op'], limit: number): BenchClaim {
  return { id, value, unit: 'ratio', op, limit };
}

function describe({ id, value, peers }: BenchResult): string {
  const others = Object.entries(peers).map(([name, ms]) => `${name} ${ms.toFixed(3)}`);
  return `${id} ${value.toFixed(3)} ms; ${others.join(', ')}`;
}
