import {
  type Clock,
  expectString,
  invalidArgument,
  isFramerailError,
  type Lease,
  type TrimRequest,
} from '@framerail/lifecycle';
import type { PoolLease } from '../leases/pool-lease.js';
import type { BytePool } from '../pool/byte-pool.js';
import { poolClosed } from '../pool/pool-errors.js';
import { checkTrim } from '../pool/trim-request.js';
import type { MemoryUse } from './memory-manager.js';
import type { ThumbnailCache } from './thumbnail-cache.js';

interface Picture {
  readonly lease: PoolLease;
  usedAtMs: number;
}

/** Options of {@link LruThumbnails}, checked. */
export interface LruThumbnailsOptions {
  /** Where the copies lie. */
  readonly pool: BytePool;
  readonly maxBytes: number;
  readonly clock: Clock;
  /** Bytes that the cache may hold at present: `maxBytes`, or less under pressure. */
  readonly allowedBytes: () => number;
  /** Told after memory was taken. */
  readonly onHeld: () => void;
}

/** Pictures in the order of their use, which is the order of a `Map`. */
export class LruThumbnails implements ThumbnailCache {
  readonly name = 'thumbnails';
  readonly #options: LruThumbnailsOptions;
  readonly #pictures = new Map<string, Picture>();
  #isClosed = false;

  constructor(options: LruThumbnailsOptions) {
    this.#options = options;
  }

  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  get bytes(): number {
    const { pool } = this.#options;
    return pool.bytesInUse + pool.bytesFree;
  }

  get size(): number {
    return this.#pictures.size;
  }

  set(key: string, picture: Uint8Array): boolean {
    expectString('key', key);
    if (!(picture instanceof Uint8Array) || picture.byteLength === 0)
      throw invalidArgument('picture', 'a Uint8Array of 1 byte or more', picture);
    if (this.#isClosed) throw poolClosed(this.name, 'closed');
    // An old picture under the key would be wrong, also where there is no room for the new one.
    this.#drop(key);
    const lease = this.#makeRoom(picture.byteLength);
    if (lease === undefined) return false;
    lease.bytes.set(picture);
    this.#pictures.set(key, { lease, usedAtMs: this.#options.clock.now() });
    this.#options.onHeld();
    return true;
  }

  get(key: string): Lease | undefined {
    const picture = this.#pictures.get(expectString('key', key));
    if (picture === undefined) return undefined;
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    picture.usedAtMs = this.#options.clock.now();
    return picture.lease.retain();
  }

  has(key: string): boolean {
    return this.#pictures.has(expectString('key', key));
  }

  delete(key: string): boolean {
    return this.#drop(expectString('key', key));
  }

  clear(): void {
    for (const key of [...this.#pictures.keys()]) this.#drop(key);
  }

  trim(request: TrimRequest = {}): number {
    const { bytes, level, idleMs } = checkTrim(request);
    if (level === 'none') return 0;
    return this.free(bytes, this.#options.clock.now() - idleMs);
  }

  /** Lets pictures go, the least recently used first, until so many bytes went back. Pictures on loan give none yet. */
  free(bytes: number, usedUntilMs = Number.POSITIVE_INFINITY): number {
    const { pool } = this.#options;
    let freed = pool.trim({ bytes });
    for (const [key, { usedAtMs }] of this.#pictures) {
      if (freed >= bytes || usedAtMs > usedUntilMs) break;
      this.#drop(key);
      freed += pool.trim({ bytes: bytes - freed });
    }
    return freed;
  }

  /** For snapshots. */
  use(): MemoryUse {
    const { bytesInUse, bytesFree } = this.#options.pool;
    const { name, maxBytes } = this;
    return { owner: name, kind: 'thumbnails', bytesInUse, bytesFree, maxBytes };
  }

  close(): void {
    this.#isClosed = true;
    this.clear();
    this.#options.pool.close();
  }

  #drop(key: string): boolean {
    const picture = this.#pictures.get(key);
    if (picture === undefined) return false;
    this.#pictures.delete(key);
    picture.lease.release();
    return true;
  }

  /** Memory for a picture, in the place of those that were not used for the longest time. */
  #makeRoom(byteLength: number): PoolLease | undefined {
    const { pool, allowedBytes } = this.#options;
    const allowed = allowedBytes();
    if (byteLength > allowed) return undefined;
    for (;;) {
      const above = this.bytes + pool.costOf(byteLength, false) - allowed;
      if (above <= 0 || pool.trim({ bytes: above }) >= above) {
        const lease = this.#tryAcquire(byteLength);
        if (lease !== undefined) return lease;
      }
      const oldest = this.#pictures.keys().next();
      if (oldest.done === true) return undefined;
      this.#drop(oldest.value);
    }
  }

  #tryAcquire(byteLength: number): PoolLease | undefined {
    try {
      return this.#options.pool.tryAcquire(byteLength);
    } catch (error) {
      // The system has less than the budget: pictures are what it gets back first.
      if (isFramerailError(error, 'E_POOL_ALLOCATION_FAILED')) return undefined;
      throw error;
    }
  }
}
