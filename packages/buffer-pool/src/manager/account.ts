import type { Clock } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { Allocator } from '../allocators/allocator.js';
import type { CallSite, LeakDetection } from '../leases/call-site.js';
import type { LostLease } from '../leases/leak-watch.js';
import type { PoolLease } from '../leases/pool-lease.js';
import type { TryAcquireOptions } from '../pool/acquire-options.js';
import type { BytePool } from '../pool/byte-pool.js';
import type { PoolStats } from '../pool/pool-stats.js';
import { type Waiter, WaitingLine } from '../waiting/waiting-line.js';
import { openManagedPool } from './managed-byte-pool.js';
import type { BudgetKind } from './memory-manager.js';

/** A size that will do instead of the one asked for. */
export interface SmallerRequest {
  readonly byteLength: number;
  readonly layout: FrameLayout | undefined;
}

/** What a request says about whom the memory is for, checked. */
export interface LoanTerms {
  readonly priority: number;
  readonly owner: string | undefined;
  readonly layout: FrameLayout | undefined;
  readonly onReclaim: TryAcquireOptions['onReclaim'];
}

/** What is asked of an account. */
export interface MemoryWanted {
  readonly byteLength: number;
  readonly terms: LoanTerms;
  /** Where it was asked for, if recorded. */
  readonly acquiredAt: CallSite | undefined;
}

/** A request that waits in an account's line. */
export interface Place extends Waiter, MemoryWanted {
  /** What would do too, the best first, given the bytes that there are; `undefined` for those who didn't opt in. */
  readonly smaller: ((roomBytes: number) => readonly SmallerRequest[]) | undefined;
  /** Smaller requests that were served before it though they came later. */
  passes: number;
  /** Whether it waits still. */
  isOpen: boolean;
  grant(lease: PoolLease, instead: SmallerRequest | undefined): void;
  refuse(error: unknown): void;
}

/** Options of {@link Account}, checked. */
export interface AccountOptions {
  readonly name: string;
  readonly kind: BudgetKind;
  /** Of the pool as a whole. */
  readonly priority: number;
  /** Bytes that it may ever hold. */
  readonly maxBytes: number;
  /** Bytes that it is lent at every level of pressure. */
  readonly firmBytes: number;
  readonly maxWaiters: number;
  readonly allocator: Allocator;
  readonly leakDetection: LeakDetection;
  readonly clock: Clock;
  /** Told after a block came home. */
  readonly onHome: () => void;
  /** Told of lost leases. @returns whether somebody heard of it */
  readonly onLost: (loss: LostLease) => boolean;
}

/** A pool of the manager's, with the line of those who wait for it. */
export class Account {
  readonly name: string;
  readonly kind: BudgetKind;
  readonly priority: number;
  readonly firmBytes: number;
  readonly maxWaiters: number;
  readonly pool: BytePool;
  readonly line = new WaitingLine<Place>();
  /** Bytes of a share's budget that are set aside for pools within it. */
  reservedBytes = 0;
  isClosed = false;
  readonly #maxBytes: number;
  readonly #waits = { waits: 0, waitedMs: 0, longestWaitMs: 0, peakWaiting: 0 };

  constructor(options: AccountOptions) {
    const { name, maxBytes, allocator, clock, leakDetection, onHome, onLost } = options;
    this.name = name;
    this.kind = options.kind;
    this.priority = options.priority;
    this.firmBytes = options.firmBytes;
    this.maxWaiters = options.maxWaiters;
    this.#maxBytes = maxBytes;
    this.pool = openManagedPool({ name, maxBytes, clock, leakDetection, onHome, onLost }, allocator);
  }

  /** Bytes that it may hold at present. */
  get maxBytes(): number {
    return this.#maxBytes - this.reservedBytes;
  }

  /** Bytes on loan. */
  get bytesInUse(): number {
    return this.pool.bytesInUse;
  }

  /** Bytes on loan and free. */
  get bytesHeld(): number {
    return this.pool.bytesInUse + this.pool.bytesFree;
  }

  /**
   * Gives free memory back where new one would take the account over what it may hold.
   *
   * @returns the bytes that went back; `undefined` if that isn't enough
   */
  makeRoom(bytes: number): number | undefined {
    if (this.bytesInUse + bytes > this.maxBytes) return undefined;
    const above = this.bytesHeld + bytes - this.maxBytes;
    return above > 0 ? this.pool.trim({ bytes: above }) : 0;
  }

  /** Whether new memory is its due though the level's limit is reached: what is firm, and one lease to go on with. */
  isEntitledTo(bytes: number): boolean {
    return this.pool.leases === 0 || this.pool.bytesInUse + bytes <= this.firmBytes;
  }

  /**
   * Who is next. Who asks for more than the pools within a share leave of it can't be served before one is closed, and
   * holds up nobody until then.
   */
  next(): Place | undefined {
    for (const place of this.line) if (this.canServe(place)) return place;
    return undefined;
  }

  /** Whether a request could be served if all came home that is on loan. A closed account's are served with an error. */
  canServe({ byteLength, terms }: Place): boolean {
    return this.isClosed || this.pool.costOf(byteLength, terms.layout !== undefined) <= this.maxBytes;
  }

  /** Puts somebody in the line. */
  enter(place: Place): void {
    this.line.add(place);
    this.#waits.waits += 1;
    this.#waits.peakWaiting = Math.max(this.#waits.peakWaiting, this.line.length);
  }

  /** Takes somebody out of the line, after so many milliseconds. */
  leave(place: Place, waitedMs: number): void {
    this.line.remove(place);
    this.#waits.waitedMs += waitedMs;
    this.#waits.longestWaitMs = Math.max(this.#waits.longestWaitMs, waitedMs);
  }

  /** Of the pool, with this account's line for the pool's own, in which nobody ever waits. */
  stats(): PoolStats {
    const stats = this.pool.stats();
    const limitBytes = Math.min(stats.limitBytes, this.maxBytes);
    return Object.freeze({ ...stats, ...this.#waits, waiting: this.line.length, limitBytes });
  }
}
