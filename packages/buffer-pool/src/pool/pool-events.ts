import { createEmitter, type Emitter } from '@framerail/lifecycle';
import type { PoolEvents } from './buffer-pool.js';
import { warnOfThrow } from './warn.js';

/**
 * Makes a pool's events. What listeners throw becomes a process warning: they are called in the middle of the pool's work.
 *
 * @param pool - its name
 */
export function createPoolEvents(pool: string): Emitter<PoolEvents> {
  return createEmitter<PoolEvents>((error) => warnOfThrow(pool, 'A listener', error));
}
