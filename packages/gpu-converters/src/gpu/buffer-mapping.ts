import { nextTurn, sleepMs } from './event-loop.js';

/** Maps a buffer whose submission is under way, or waits until it can be. */
export type MapBuffer = (buffer: GPUBuffer, mode: GPUMapModeFlags) => Promise<void>;

// Browsers and Electron's renderer serve mapAsync by events. The npm package `webgpu` polls for it on every
// turn of Node's event loop, which keeps a core busy for as long as a map is pending.
const isNode =
  typeof process === 'object' &&
  typeof process.versions === 'object' &&
  process.versions.node !== undefined &&
  (process as { type?: string }).type !== 'renderer';

/** The way of mapping for where this runs. */
export function createMapBuffer(): MapBuffer {
  return isNode ? createPacedMap() : (buffer, mode) => buffer.mapAsync(mode);
}

/** Share of the usual time that is slept before the first try. */
const FIRST_SLEEP_SHARE = 0.8;
const LONGEST_SLEEP_MS = 4;
/** The weight of the newest time in the average. */
const NEWEST_SHARE = 0.2;

/**
 * Maps without keeping a core busy: one buffer at a time, since a queue finishes its work in order; asleep for
 * most of the time that the ones before took; then trying for two turns of the event loop, and giving the try
 * up (unmapping cancels it) to sleep again.
 */
export function createPacedMap(now: () => number = () => performance.now()): MapBuffer {
  let usualMs: number | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function map(buffer: GPUBuffer, mode: GPUMapModeFlags): Promise<void> {
    const startedMs = now();
    await sleepAtLeastOne((usualMs ?? 0) * FIRST_SLEEP_SHARE);
    let sleptMs = 0.5;
    while (!(await tryToMap(buffer, mode))) {
      sleptMs = Math.min(sleptMs * 2, LONGEST_SLEEP_MS);
      await sleepAtLeastOne(sleptMs);
    }
    const tookMs = now() - startedMs;
    usualMs = usualMs === undefined ? tookMs : usualMs + (tookMs - usualMs) * NEWEST_SHARE;
  }

  return (buffer, mode) => {
    const mapped = turn.then(() => map(buffer, mode));
    turn = mapped.catch(() => {});
    return mapped;
  };
}

/** Timers don't count less than a millisecond. */
async function sleepAtLeastOne(delayMs: number): Promise<void> {
  if (delayMs >= 1) await sleepMs(Math.floor(delayMs));
}

async function tryToMap(buffer: GPUBuffer, mode: GPUMapModeFlags): Promise<boolean> {
  let outcome: { readonly error?: unknown } | undefined;
  buffer.mapAsync(mode).then(
    () => {
      outcome = {};
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  for (let turns = 0; turns < 2 && outcome === undefined; turns += 1) await nextTurn();
  if (outcome === undefined) {
    buffer.unmap();
    await nextTurn();
    return false;
  }
  if ('error' in outcome) throw outcome.error;
  return true;
}
