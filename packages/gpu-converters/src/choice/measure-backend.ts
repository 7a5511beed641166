import { frameOf } from '@framerail/buffer-pool';
import { type Clock, type LeaseSource, onAbort } from '@framerail/lifecycle';
import type { BackendPlan, FrameBackend } from '../backends/backend.js';

/** Rounds are begun until there are so many … */
const ROUNDS = 5;
/** … or so much time has passed and there is one. */
const ENOUGH_MS = 400;
/** A backend that needs longer than this for its warm-up and first round is given up. */
const LIMIT_MS = 10_000;
/** The caller's memory may all be in use: then there is no measurement rather than a long wait. */
const MEMORY_TIMEOUT_MS = 250;

/**
 * Measures a backend with its own plan: one frame to warm up, then rounds of as many frames at once as it will have
 * in flight.
 *
 * @returns milliseconds a frame, the median of the rounds
 * @throws FramerailError whatever the backend fails with; `E_TIMEOUT` without memory for a frame; `E_ABORTED`
 */
export async function measureBackend(options: {
  backend: FrameBackend;
  plan: BackendPlan;
  leases: LeaseSource;
  clock: Clock;
  signal: AbortSignal | undefined;
}): Promise<number> {
  const { backend, plan, leases, clock, signal } = options;
  const { layout, color } = plan.source;
  const lease = await leases.acquire(layout.byteLength, { signal, timeoutMs: MEMORY_TIMEOUT_MS });
  using frame = frameOf(lease, { layout, color, timestampUs: 0, durationUs: 0 });
  // The time doesn't depend on the codes, but touching the memory first keeps page faults out of it.
  frame.data.fill(128);
  const limit = new AbortController();
  const cancelLimit = clock.setTimer(
    () => limit.abort(new Error(`no result within ${LIMIT_MS} ms`)),
    LIMIT_MS,
  );
  const cancelAbort = onAbort(signal, () => limit.abort(signal?.reason));
  const round = async (frames: number): Promise<number> => {
    const beganMs = clock.now();
    const results = await Promise.allSettled(
      Array.from({ length: frames }, async () => {
        (await backend.process(frame, { signal: limit.signal }))[Symbol.dispose]();
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return (clock.now() - beganMs) / frames;
  };
  try {
    await round(1);
    const beganMs = clock.now();
    const rounds: number[] = [];
    do rounds.push(await round(backend.maxInFlight));
    while (rounds.length < ROUNDS && clock.now() - beganMs < ENOUGH_MS);
    return median(rounds);
  } finally {
    cancelLimit();
    cancelAbort();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
