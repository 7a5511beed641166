import { frameOf } from '@framerail/buffer-pool';
import { type Clock, FramerailError, type LeaseSource, onAbort } from '@framerail/lifecycle';
import type { BackendPlan, FrameBackend } from '../backends/backend.js';

/** Rounds are begun until there are so many … */
const ROUNDS = 5;
/** … or so much time has passed and there is one. */
const ENOUGH_MS = 400;
/** A backend that isn't done by then is given up … */
const LIMIT_MS = 10_000;
/** … and one with a rival after so many times the rival's frame, but not before a second and a half. */
const FRAMES_OF_RIVAL = 40;
const RIVAL_LIMIT_MS = 1500;
/** The caller's memory may all be in use: then there is no measurement rather than a long wait. */
const MEMORY_TIMEOUT_MS = 250;

/** Options of {@link measureBackend}. */
export interface MeasureOptions {
  readonly backend: FrameBackend;
  readonly plan: BackendPlan;
  readonly leases: LeaseSource;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** What there is to beat, in milliseconds a frame; a backend that has no chance is not measured further. */
  readonly toBeatMs?: number | undefined;
}

/**
 * Measures a backend with its own plan: one frame to warm up, one alone, then rounds of as many frames at once as it
 * will have in flight.
 *
 * @returns milliseconds a frame: the median of the rounds, or the time of the frame alone if even perfect overlap
 *   of its frames could not beat what there is to beat
 * @throws FramerailError whatever the backend fails with; `E_TIMEOUT` without memory for a frame, or when it takes
 *   too long; `E_ABORTED`
 */
export async function measureBackend(options: MeasureOptions): Promise<number> {
  const { plan, leases, clock, signal } = options;
  const { layout, color } = plan.source;
  const lease = await leases.acquire(layout.byteLength, { signal, timeoutMs: MEMORY_TIMEOUT_MS });
  using frame = frameOf(lease, { layout, color, timestampUs: 0, durationUs: 0 });
  // The time doesn't depend on the codes, but touching the memory first keeps page faults out of it.
  frame.data.fill(128);
  const limit = new AbortController();
  const limitMs = timeLimit(options.toBeatMs);
  const cancelLimit = clock.setTimer(() => limit.abort(tooSlow(limitMs)), limitMs);
  const cancelAbort = onAbort(signal, () => limit.abort(signal?.reason));
  try {
    return await measure(options, async (frames) => {
      const beganMs = clock.now();
      const results = await Promise.allSettled(
        Array.from({ length: frames }, async () => {
          (await options.backend.process(frame, { signal: limit.signal }))[Symbol.dispose]();
        }),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined)
        throw limit.signal.aborted && !signal?.aborted ? limit.signal.reason : failed.reason;
      return (clock.now() - beganMs) / frames;
    });
  } finally {
    cancelLimit();
    cancelAbort();
  }
}

async function measure(options: MeasureOptions, round: (frames: number) => Promise<number>): Promise<number> {
  const { backend, clock, toBeatMs = Number.POSITIVE_INFINITY } = options;
  await round(1);
  const aloneMs = await round(1);
  if (aloneMs / backend.maxInFlight > toBeatMs) return aloneMs;
  const beganMs = clock.now();
  const rounds: number[] = [];
  do rounds.push(await round(backend.maxInFlight));
  while (rounds.length < ROUNDS && clock.now() - beganMs < ENOUGH_MS);
  return median(rounds);
}

function timeLimit(toBeatMs: number | undefined): number {
  if (toBeatMs === undefined) return LIMIT_MS;
  return Math.min(LIMIT_MS, Math.max(RIVAL_LIMIT_MS, FRAMES_OF_RIVAL * toBeatMs));
}

function tooSlow(limitMs: number): FramerailError {
  return new FramerailError({
    code: 'E_TIMEOUT',
    message: `it was not done within ${limitMs.toFixed(0)} ms`,
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
