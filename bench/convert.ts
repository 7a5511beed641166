// How long a 4K frame takes from RGBA to NV12: the addon beside libyuv and swscale, its own instruction sets, and two
// threads beside one; then the other conversions, and the whole edit of an upscaling export in one pass.
//
// All of them work on one thread unless they say otherwise, from and to memory in huge pages. libyuv takes 2×2 boxes
// for chroma (`center`) and 8-bit coefficients; swscale scales with the flags that ffmpeg's filter has by default.
import { loadNative, type NativeBinding, type NativeInstructionSet } from '@framerail/native';
import type { BenchContext, BenchOutcome, BenchResult } from './contract.ts';
import { type Conversion, HEIGHT, noise, timeConversion, WIDTH } from './convert/kernels.ts';
import { startPeers } from './convert/peers.ts';
import { alternate, type Contender, median } from './measure.ts';

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
  const sets = binding.instructionSets() as NativeInstructionSet[];
  const rgba = noise(binding, 'RGBA', WIDTH, HEIGHT, context.seed);
  const nv12 = noise(binding, 'NV12', WIDTH, HEIGHT, context.seed);
  const target = noise(binding, 'NV12', WIDTH, HEIGHT, 0);
  const rgbaTarget = noise(binding, 'RGBA', WIDTH, HEIGHT, 0);
  const forward = { source: rgba, target };
  const own: Record<string, Conversion> = {
    left: forward,
    center: { ...forward, chromaLocation: 'center' },
    topleft: { ...forward, chromaLocation: 'topleft' },
    'nv12-to-rgba': { source: nv12, target: rgbaTarget },
    edit: {
      source: noise(binding, 'NV12', WIDTH / 2, HEIGHT / 2, context.seed),
      target,
      operations: [
        { type: 'scale', width: WIDTH, height: HEIGHT },
        { type: 'colorMatrix', coefficients: warmer() },
        {
          type: 'overlay',
          image: noise(binding, 'RGBA', 640, 320, context.seed),
          x: 3100,
          y: 100,
          opacity: 200,
        },
      ],
    },
  };
  for (const instructionSet of sets.slice(1)) own[instructionSet] = { ...forward, instructionSet };

  const peers = await startPeers(context);
  try {
    const frames = (name: string) => (SLOW.includes(name) ? SLOW_FRAMES : FRAMES);
    const contenders: Record<string, Contender> = {};
    for (const [name, conversion] of Object.entries(own))
      contenders[name] = () => timeConversion(binding, conversion, frames(name));
    for (const [name, peer] of Object.entries(peers.contenders)) contenders[name] = () => peer(frames(name));
    context.log(`${context.rounds} rounds of ${Object.keys(contenders).join(', ')}; ours is ${sets[0]}`);
    const timings = await alternate(contenders, { rounds: context.rounds });
    const ms = (name: string) => timings[name]?.medianMs ?? Number.NaN;
    context.log(`${context.rounds * MORE_ROUNDS} rounds of one thread and two`);
    const pair = await compareThreads(binding, forward, context.rounds * MORE_ROUNDS);
    return report(ms, pair, Object.keys(peers.contenders), sets);
  } finally {
    await peers.close();
  }
}

/** Medians of a frame on one thread and on two, in milliseconds on the clock and of the processors. */
interface ThreadPair {
  oneMs: number;
  twoMs: number;
  oneCpuMs: number;
  twoCpuMs: number;
}

async function compareThreads(
  binding: NativeBinding,
  conversion: Conversion,
  rounds: number,
): Promise<ThreadPair> {
  const cpuMs: Record<number, number[]> = { 1: [], 2: [] };
  const contender = (threads: 1 | 2) => () => {
    const before = process.cpuUsage();
    const ms = timeConversion(binding, { ...conversion, threads }, FRAMES);
    const { user, system } = process.cpuUsage(before);
    cpuMs[threads]?.push((user + system) / 1000 / FRAMES);
    return ms;
  };
  const { one, two } = await alternate({ one: contender(1), two: contender(2) }, { rounds });
  return {
    oneMs: one.medianMs,
    twoMs: two.medianMs,
    oneCpuMs: median(cpuMs[1] ?? []),
    twoCpuMs: median(cpuMs[2] ?? []),
  };
}

function report(
  ms: (name: string) => number,
  pair: ThreadPair,
  peers: string[],
  sets: string[],
): BenchOutcome {
  const result = (id: string, name: string, others: string[]): BenchResult => ({
    id,
    unit: 'ms/frame',
    value: ms(name),
    peers: Object.fromEntries(others.map((other) => [other, ms(other)])),
  });
  const claim = (id: string, value: number, op: '<=' | '>=', limit: number) => ({
    id,
    value,
    unit: 'ratio',
    op,
    limit,
  });
  const beside = peers.includes('libyuv')
    ? [
        claim('convert-vs-libyuv', ms('left') / ms('libyuv'), '<=', 1.3),
        claim('convert-vs-libyuv-center', ms('center') / ms('libyuv'), '<=', 1.3),
      ]
    : [];
  return {
    results: [
      result('rgba-to-nv12-4k', 'left', [...sets.slice(1), ...peers]),
      result('rgba-to-nv12-4k-center', 'center', peers),
      result('rgba-to-nv12-4k-topleft', 'topleft', []),
      {
        id: 'rgba-to-nv12-4k-two-threads',
        unit: 'ms/frame',
        value: pair.twoMs,
        peers: { 'one-thread': pair.oneMs },
      },
      {
        id: 'rgba-to-nv12-4k-two-threads-cpu',
        unit: 'CPU ms/frame',
        value: pair.twoCpuMs,
        peers: { 'one-thread': pair.oneCpuMs },
      },
      result('nv12-to-rgba-4k', 'nv12-to-rgba', []),
      result('nv12-1080p-edited-to-nv12-4k', 'edit', []),
    ],
    claims: [...beside, claim('convert-two-threads', pair.oneMs / pair.twoMs, '>=', 1.7)],
    versions: { instructionSet: sets[0] ?? 'none' },
  };
}

/** Some colour adjustment: a little warmer, a little more contrast. */
function warmer(): Int32Array {
  return Int32Array.of(4500, 60, 20, -2000, 10, 4300, 10, -1500, 0, 40, 4000, -1000);
}
