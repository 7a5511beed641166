import {
  expectInteger,
  expectNumber,
  expectObject,
  expectString,
  invalidArgument,
  type TrimRequest,
} from '@framerail/lifecycle';
import { MIN_EXACT_BYTES, sizeClassBytes } from '../blocks/size-class.js';
import type { TryAcquireOptions } from '../pool/acquire-options.js';
import { tooLarge } from '../pool/pool-errors.js';
import { FLAG, OWNER_NAME_BYTES, PAGE_BYTES } from './control-layout.js';
import type { SharedRequest } from './shared-line.js';

/** A request before the owner's record is known. */
export interface NamedRequest extends SharedRequest {
  owner: number;
  readonly ownerName: string;
}

/** Above this size classes are exact, so that no class wastes more than 32 bits can count. */
const MAX_CLASSED_BYTES = 2 ** 32;

/**
 * Checks a request.
 *
 * @param pool - name and pages of the pool
 * @param isFrame - whether it is for a frame, whose size is a class
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_POOL_TOO_LARGE`
 */
export function checkedRequest(
  pool: { readonly name: string; readonly pages: number },
  byteLength: number,
  options: TryAcquireOptions,
  isFrame: boolean,
): NamedRequest {
  expectInteger('byteLength', byteLength, { min: 1 });
  expectObject('options', options, 'options { priority, owner, … }');
  const maxBytes = pool.pages * PAGE_BYTES;
  if (byteLength > maxBytes) throw tooLarge(pool.name, byteLength, maxBytes);
  const { priority = 0, owner = pool.name, layout, onReclaim } = options;
  if (priority !== 0) expectNumber('priority', priority, { min: -1000, max: 1000 });
  if (owner !== pool.name) checkOwner(owner);
  if (layout !== undefined) checkLayout(layout, byteLength);
  if (onReclaim !== undefined && typeof onReclaim !== 'function')
    throw invalidArgument('onReclaim', 'a function', onReclaim);
  return {
    pages: pagesFor(byteLength, isFrame || layout !== undefined, pool.pages),
    byteLength,
    priority,
    owner: 0,
    ownerName: owner,
    flags: onReclaim === undefined ? 0 : FLAG.reclaimable,
  };
}

/** Which free memory a trim is about, checked and complete. */
export interface CheckedTrim {
  readonly bytes: number;
  readonly idleMs: number;
  /** Without one, leases aren't asked back. */
  readonly maxPriority: number | undefined;
}

/** Checks a trim. @throws FramerailError `E_INVALID_ARGUMENT` */
export function checkedTrim(request: TrimRequest): CheckedTrim {
  expectObject('request', request, 'a request { bytes, idleMs, maxPriority, level }');
  const { bytes = Number.MAX_VALUE, idleMs = 0, maxPriority } = request;
  if (maxPriority !== undefined) expectNumber('maxPriority', maxPriority);
  return {
    bytes: expectNumber('bytes', bytes, { min: 0 }),
    idleMs: expectNumber('idleMs', idleMs, { min: 0 }),
    maxPriority,
  };
}

/** The pages of a request's class; of the request alone where its class is more than there is. */
function pagesFor(byteLength: number, isExact: boolean, maxPages: number): number {
  const pages = Math.ceil(byteLength / PAGE_BYTES);
  if ((isExact && byteLength >= MIN_EXACT_BYTES) || byteLength > MAX_CLASSED_BYTES) return pages;
  const classPages = Math.ceil(sizeClassBytes(byteLength) / PAGE_BYTES);
  return classPages <= maxPages ? classPages : pages;
}

function checkOwner(owner: string): void {
  expectString('owner', owner);
  // Every unit of UTF-16 makes 3 bytes at most.
  if (owner.length * 3 <= OWNER_NAME_BYTES) return;
  if (new TextEncoder().encode(owner).byteLength > OWNER_NAME_BYTES)
    throw invalidArgument('owner', `a name of at most ${OWNER_NAME_BYTES} bytes in UTF-8`, owner);
}

function checkLayout(layout: { readonly byteLength: number }, byteLength: number): void {
  expectObject('layout', layout, 'a FrameLayout');
  expectInteger('layout.byteLength', layout.byteLength, { min: 1, max: byteLength });
}
