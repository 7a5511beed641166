import {
  expectInteger,
  expectNumber,
  expectObject,
  expectString,
  invalidArgument,
} from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { CallSite } from '../leases/call-site.js';
import type { ReclaimRequest } from './acquire-options.js';

/** Priorities reach from the negative of this to it. */
const MAX_PRIORITY = 1000;

/** A request that waits, checked and complete. */
export interface PoolRequest {
  readonly byteLength: number;
  readonly classBytes: number;
  readonly priority: number;
  /** `undefined`: the pool's. */
  readonly owner: string | undefined;
  readonly onReclaim: ((request: ReclaimRequest) => void) | undefined;
  /** Infinite if it waits for ever. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Where it was asked for, if recorded. */
  readonly acquiredAt: CallSite | undefined;
  /** Whether who awaits the lease is its holder. */
  readonly handsOver: boolean;
}

/**
 * Checks what a request says about whom the memory is for. Takes the options one by one, so that nothing is made.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkTerms(
  byteLength: number,
  priority: unknown,
  owner: unknown,
  layout: unknown,
  onReclaim: unknown,
): void {
  if (priority !== 0) expectPriority('priority', priority);
  if (owner !== undefined) expectString('owner', owner);
  if (layout !== undefined) expectLayout('layout', layout as FrameLayout, byteLength);
  if (onReclaim !== undefined && typeof onReclaim !== 'function')
    throw invalidArgument('onReclaim', 'a function', onReclaim);
}

/**
 * Checks how long a request waits.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkWait(timeoutMs: unknown, signal: unknown): void {
  if (timeoutMs !== Number.POSITIVE_INFINITY) expectNumber('timeoutMs', timeoutMs, NOT_NEGATIVE);
  if (signal !== undefined && typeof (signal as AbortSignal | null)?.addEventListener !== 'function')
    throw invalidArgument('signal', 'an AbortSignal', signal);
}

const NOT_NEGATIVE = Object.freeze({ min: 0 });
const PRIORITIES = Object.freeze({ min: -MAX_PRIORITY, max: MAX_PRIORITY });

/** Takes a priority. @throws FramerailError `E_INVALID_ARGUMENT` */
function expectPriority(name: string, value: unknown): number {
  return expectNumber(name, value, PRIORITIES);
}

/**
 * Takes a layout as far as pools need it: its size.
 *
 * @param maxBytes - bytes that it must fit into, if any
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectLayout(
  name: string,
  layout: FrameLayout,
  maxBytes = Number.MAX_SAFE_INTEGER,
): FrameLayout {
  const { byteLength } = expectObject(name, layout, 'a frame layout');
  expectInteger(`${name}.byteLength`, byteLength, { min: 1, max: maxBytes });
  return layout;
}
