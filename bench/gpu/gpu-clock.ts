// Times of GPU work: by the GPU's own timestamps, and by the clock from repeated work in one submission.
import { median } from '../measure.ts';

/** `GPUBufferUsage` and `GPUMapMode`, which Node's globals lack. */
export const USAGE = {
  MAP_READ: 0x1,
  COPY_SRC: 0x4,
  COPY_DST: 0x8,
  STORAGE: 0x80,
  QUERY_RESOLVE: 0x200,
} as const;
export const MAP_READ = 1;

/** Work that can be put into an encoder any number of times. */
export type Encode = (
  encoder: GPUCommandEncoder,
  timestamps?: { querySet: GPUQuerySet; begin: number; end: number },
) => void;

/** How much is measured; less on software adapters and in quick runs. */
export interface Effort {
  /** Pairs of timestamps a figure, of which the first doesn't count; fewer where they would take long. */
  readonly samples: number;
  /** Rounds of repeated work a figure. */
  readonly rounds: number;
  /** Milliseconds that a round of repeated work should last. */
  readonly roundMs: number;
  /** Milliseconds of work before anything counts, for clocks to rise. */
  readonly warmUpMs: number;
}

/** Milliseconds of doing work `times` over in one submission, until the GPU is done with it. */
async function submissionMs(device: GPUDevice, encode: Encode, times: number): Promise<number> {
  const encoder = device.createCommandEncoder();
  for (let time = 0; time < times; time += 1) encode(encoder);
  const commands = encoder.finish();
  await device.queue.onSubmittedWorkDone();
  const startedMs = performance.now();
  device.queue.submit([commands]);
  await device.queue.onSubmittedWorkDone();
  return performance.now() - startedMs;
}

/** Does work until a GPU's clocks have risen; returns the milliseconds that one time of it takes, roughly. */
async function warmUp(device: GPUDevice, encode: Encode, { warmUpMs }: Effort): Promise<number> {
  const startedMs = performance.now();
  let times = 1;
  let ms = await submissionMs(device, encode, times);
  while (performance.now() - startedMs < warmUpMs) {
    times = Math.min(2 * times, Math.max(1, Math.ceil((warmUpMs / 4 / ms) * times)));
    ms = await submissionMs(device, encode, times);
  }
  return ms / times;
}

/**
 * Microseconds that work takes by the clock: the difference between many times and one time of it in a submission,
 * so that what a submission itself costs falls out. The median of several rounds.
 */
export async function clockUs(device: GPUDevice, encode: Encode, effort: Effort): Promise<number> {
  const roughMs = await warmUp(device, encode, effort);
  const times = Math.min(Math.max(Math.ceil(effort.roundMs / roughMs), 2), 1000);
  const rounds: number[] = [];
  for (let round = 0; round < effort.rounds; round += 1) {
    const one = await submissionMs(device, encode, 1);
    const many = await submissionMs(device, encode, times);
    rounds.push(((many - one) * 1000) / (times - 1));
  }
  return median(rounds);
}

/** Systems take a GPU that is busy with one submission for seconds for hung, and reset it. */
const MOST_US_AT_ONCE = 500_000;

/**
 * Microseconds of each work but the first, from pairs of beginning and end in nanoseconds. A driver may take the time of
 * a beginning when it reads the command, while the work before is still going on; so that one's end counts, if it is later.
 */
export function durationsUs(times: BigUint64Array): number[] {
  const at = (index: number): bigint => times[index] ?? 0n;
  return Array.from({ length: times.length / 2 - 1 }, (_, index) => {
    const [before, begin, end] = [at(2 * index + 1), at(2 * index + 2), at(2 * index + 3)];
    return Number(end - (begin > before ? begin : before)) / 1000;
  });
}

/**
 * Microseconds that work takes by the GPU's timestamps, the median of several; `undefined` where the device has no
 * timestamps, or gives none that make sense.
 *
 * @param roughUs - about how long it takes
 */
export async function timestampUs(
  device: GPUDevice,
  encode: Encode,
  effort: Effort,
  roughUs: number,
): Promise<number | undefined> {
  if (!device.features.has('timestamp-query')) return undefined;
  const samples = Math.max(3, Math.min(effort.samples, Math.floor(MOST_US_AT_ONCE / roughUs)));
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * samples });
  const size = 16 * samples;
  const resolved = device.createBuffer({ size, usage: USAGE.QUERY_RESOLVE | USAGE.COPY_SRC });
  const readback = device.createBuffer({ size, usage: USAGE.MAP_READ | USAGE.COPY_DST });
  try {
    const encoder = device.createCommandEncoder();
    for (let sample = 0; sample < samples; sample += 1)
      encode(encoder, { querySet, begin: 2 * sample, end: 2 * sample + 1 });
    encoder.resolveQuerySet(querySet, 0, 2 * samples, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readback, 0, size);
    device.queue.submit([encoder.finish()]);
    await readback.mapAsync(MAP_READ);
    const middle = median(durationsUs(new BigUint64Array(readback.getMappedRange())));
    readback.unmap();
    return middle > 0 ? middle : undefined;
  } finally {
    querySet.destroy();
    resolved.destroy();
    readback.destroy();
  }
}
