import { expectInteger, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import { FrameClasses } from '../blocks/frame-classes.js';
import type { PoolAcquireOptions } from '../pool/acquire-options.js';
import { tooLarge } from '../pool/pool-errors.js';
import { checkTerms, checkWait } from '../pool/pool-request.js';
import { FLAG, OWNER_NAME_BYTES, PAGE_BYTES } from './control-layout.js';
import type { SharedRequest } from './shared-line.js';

/** A request, checked and complete but for its owner's record. Its options have been read and are read no more. */
export interface CheckedRequest extends SharedRequest {
  owner: number;
  readonly ownerName: string;
  readonly onReclaim: PoolAcquireOptions['onReclaim'];
  /** Infinite if it waits for ever. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Checks what one thread asks of a pool, and chooses the class. */
export class RequestDesk {
  readonly #pool: string;
  readonly #maxBytes: number;
  readonly #classes: FrameClasses;

  /**
   * @param pool - its name
   * @param maxBytes - the largest block there can be, in bytes
   * @param layouts - frames that get classes of their own
   */
  constructor(pool: string, maxBytes: number, layouts: readonly FrameLayout[]) {
    this.#pool = pool;
    this.#maxBytes = maxBytes;
    this.#classes = new FrameClasses(layouts, maxBytes);
  }

  /**
   * Checks a request.
   *
   * @param isFrame - whether it is for a frame, whose size is a class
   * @throws FramerailError `E_INVALID_ARGUMENT`, `E_POOL_TOO_LARGE`
   */
  check(byteLength: number, options: PoolAcquireOptions, isFrame: boolean): CheckedRequest {
    expectInteger('byteLength', byteLength, { min: 1 });
    expectObject('options', options, 'options { priority, owner, … }');
    const { priority = 0, owner, layout, onReclaim, timeoutMs = Number.POSITIVE_INFINITY, signal } = options;
    checkTerms(byteLength, priority, owner, layout, onReclaim);
    checkWait(timeoutMs, signal);
    if (owner !== undefined) expectName('owner', owner);
    if (byteLength > this.#maxBytes) throw tooLarge(this.#pool, byteLength, this.#maxBytes);
    const classBytes = this.#classes.classBytes(byteLength, isFrame || layout !== undefined);
    return {
      pages: Math.ceil(classBytes / PAGE_BYTES),
      byteLength,
      priority,
      owner: 0,
      ownerName: owner ?? this.#pool,
      flags: onReclaim === undefined ? 0 : FLAG.reclaimable,
      onReclaim,
      timeoutMs,
      signal,
    };
  }
}

/** Takes a name that all threads can read. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectName(name: string, value: string): string {
  // Every unit of UTF-16 makes 3 bytes at most.
  const isShort = value.length * 3 <= OWNER_NAME_BYTES;
  if (isShort || new TextEncoder().encode(value).byteLength <= OWNER_NAME_BYTES) return value;
  throw invalidArgument(name, `a name of at most ${OWNER_NAME_BYTES} bytes in UTF-8`, value);
}
