import {
  expectInteger,
  expectNumber,
  expectObject,
  expectString,
  invalidArgument,
} from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { CallSite } from '../leases/call-site.js';
import type { PoolAcquireOptions, ReclaimRequest, TryAcquireOptions } from './acquire-options.js';

/** Priorities reach from the negative of this to it. */
export const MAX_PRIORITY = 1000;

/** What a request said about whom the memory is for and what happens to it, checked and complete. */
export interface LoanTerms {
  readonly priority: number;
  /** `undefined`: the pool's. */
  readonly owner: string | undefined;
  readonly isFrame: boolean;
  readonly onReclaim: ((request: ReclaimRequest) => void) | undefined;
}

/** A request that can wait, checked and complete. */
export interface PoolRequest extends LoanTerms {
  readonly byteLength: number;
  readonly classBytes: number;
  /** Infinite if it waits for ever. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Where it was asked for, if recorded. */
  readonly acquiredAt: CallSite | undefined;
}

/** Terms of those who said nothing. */
export const PLAIN_TERMS: LoanTerms = Object.freeze({
  priority: 0,
  owner: undefined,
  isFrame: false,
  onReclaim: undefined,
});

/**
 * Checks what a request says.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function termsOf(byteLength: number, options: TryAcquireOptions): LoanTerms {
  const { priority, owner, layout, onReclaim } = expectObject('options', options, 'options { priority, … }');
  if (layout !== undefined) expectLayout('layout', layout, byteLength);
  if (onReclaim !== undefined && typeof onReclaim !== 'function')
    throw invalidArgument('onReclaim', 'a function', onReclaim);
  return {
    priority: priority === undefined ? 0 : expectPriority('priority', priority),
    owner: owner === undefined ? undefined : expectString('owner', owner),
    isFrame: layout !== undefined,
    onReclaim,
  };
}

/**
 * Checks how long a request waits.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function waitOf(options: PoolAcquireOptions = {}): Pick<PoolRequest, 'timeoutMs' | 'signal'> {
  const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options;
  if (timeoutMs !== Number.POSITIVE_INFINITY) expectNumber('timeoutMs', timeoutMs, { min: 0 });
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw invalidArgument('signal', 'an AbortSignal', signal);
  return { timeoutMs, signal };
}

/** Takes a priority. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectPriority(name: string, value: unknown): number {
  return expectNumber(name, value, { min: -MAX_PRIORITY, max: MAX_PRIORITY });
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
