import { createManualClock, isFramerailError } from '@framerail/lifecycle';
import { attachSharedPool, createSharedPool, type SharedPoolOptions } from '../../src/index.js';
import { settle } from '../settled.js';

/** 1 MiB. */
export const MIB = 2 ** 20;

/** A pool of 1 MiB unless said otherwise, and another thread's part in it; both in this thread, by one clock. */
export function pools(options: Partial<SharedPoolOptions> = {}) {
  const clock = createManualClock();
  const pool = createSharedPool({ maxBytes: MIB, clock, leakDetection: 'off', ...options });
  return { clock, pool, other: attachSharedPool(pool.handle, { clock, leakDetection: 'off' }) };
}

/** Lets words that were woken on be heard: that takes a turn of the event loop or two. */
export async function heard(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await settle();
}

/** The code of the error that something throws. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isFramerailError(error)) return error.code;
    throw error;
  }
  return 'nothing thrown';
}
