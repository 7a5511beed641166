import {
  type AcquireOptions,
  abortError,
  type Clock,
  type Emitter,
  expectInteger,
  expectNumber,
  type PressureLevel,
} from '@framerail/lifecycle';
import type { Allocator } from '../allocators/allocator.js';
import type { Block } from '../blocks/block.js';
import { BlockStore } from '../blocks/block-store.js';
import type { MemoryAccess } from '../blocks/memory-access.js';
import { exactClassBytes, MIN_EXACT_BYTES, sizeClassBytes } from '../blocks/size-class.js';
import type { BlockLease, Lender } from '../leases/block-lease.js';
import { CallSite, type LeakDetection, SAMPLE_INTERVAL } from '../leases/call-site.js';
import { LeakWatch, warnOfLoss } from '../leases/leak-watch.js';
import { describeWait, RequestLine } from '../waiting/request-line.js';
import type { TryAcquireOptions } from './acquire-options.js';
import type { MemoryPool, PoolEvents } from './buffer-pool.js';
import { poolClosed, tooLarge } from './pool-errors.js';
import { createCounters, type PoolStats } from './pool-stats.js';

/** Options that pools of all kinds of memory have, checked and complete. */
export interface PoolSettings {
  readonly maxBytes: number;
  readonly maxFreeBytes: number;
  readonly maxWaiters: number;
  readonly clock: Clock;
  readonly name: string;
  readonly leakDetection: LeakDetection;
  readonly events: Emitter<PoolEvents>;
  /** Told after a block came home and those who wait in this pool's own line were served: how a memory manager serves its line. */
  readonly onHome?: (() => void) | undefined;
}

/** What a pool lends, and how. */
export interface PoolKind<Memory, L> {
  /** Where its memory comes from. */
  readonly allocator: Allocator<Memory>;
  /** How it looks at its memory. */
  readonly access: MemoryAccess<Memory>;
  /** The class of its leases. */
  readonly Lease: new (
    lender: Lender<Memory, L>,
    block: Block<Memory>,
    byteLength: number,
  ) => L;
}

const NO_OPTIONS: AcquireOptions = Object.freeze({});

/** The pool: from requests to leases, and back. What it lends is up to its {@link PoolKind}. */
export class SizeClassedPool<Memory, L extends BlockLease<Memory, L>>
  implements MemoryPool<L>, Lender<Memory, L>
{
  readonly name: string;
  readonly recordsReleases: boolean;
  readonly on: MemoryPool<L>['on'];
  readonly #settings: PoolSettings;
  readonly #kind: PoolKind<Memory, L>;
  readonly #counters = createCounters();
  readonly #store: BlockStore<Memory>;
  readonly #line: RequestLine<L>;
  readonly #leaks: LeakWatch<Memory> | undefined;
  #bytesRequested = 0;
  #unsampled = 0;
  #closed = false;

  constructor(settings: PoolSettings, kind: PoolKind<Memory, L>) {
    this.#settings = settings;
    this.#kind = kind;
    this.name = settings.name;
    this.on = settings.events.on;
    this.recordsReleases = settings.leakDetection === 'full';
    const { maxBytes, maxFreeBytes } = settings;
    const { allocator, access } = kind;
    this.#store = new BlockStore({ maxBytes, maxFreeBytes, allocator, access }, this.#counters);
    this.#line = new RequestLine({
      pool: settings.name,
      maxWaiters: settings.maxWaiters,
      clock: settings.clock,
      counters: this.#counters,
      lend: ({ classBytes, byteLength, acquiredAt }) =>
        this.#store.fits(classBytes) ? this.#lend(classBytes, byteLength, acquiredAt) : undefined,
      describeUse: () => `${this.#store.bytesInUse} of ${settings.maxBytes} in use`,
    });
    this.#leaks =
      settings.leakDetection === 'off' ? undefined : new LeakWatch((block) => this.#recover(block));
  }

  acquire(byteLength: number, options: AcquireOptions = NO_OPTIONS): Promise<L> {
    return this.acquireAs(byteLength, false, options);
  }

  tryAcquire(byteLength: number, options: TryAcquireOptions = NO_OPTIONS): L | undefined {
    const classBytes = this.#classFor(byteLength, options.layout !== undefined);
    if (this.#line.isAheadOf(0) || !this.#store.fits(classBytes)) {
      this.#leaks?.look();
      return undefined;
    }
    return this.#lend(classBytes, byteLength, this.#site());
  }

  trim(request: { readonly bytes?: number; readonly level?: PressureLevel } = {}): number {
    const bytes = expectNumber('bytes', request.bytes ?? Number.MAX_VALUE, { min: 0 });
    return request.level === 'none' ? 0 : this.#store.trim(bytes);
  }

  /**
   * Bytes that a request would make the pool allocate now; 0 where a free block serves it.
   *
   * @param byteLength - bytes, an integer of 1 or more
   * @param exact - whether it is for a frame
   */
  costOf(byteLength: number, exact: boolean): number {
    const classBytes = this.#classFor(byteLength, exact);
    return this.#store.hasFree(classBytes) ? 0 : classBytes;
  }

  limit(bytes: number): void {
    this.#store.limit(expectInteger('bytes', bytes, { min: 0, max: this.#settings.maxBytes }));
    this.#line.serve();
  }

  flush(): void {
    this.#line.refuseAll(() => poolClosed(this.name, 'flushed'));
    this.#store.trim(Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.#closed = true;
    this.#line.refuseAll(() => poolClosed(this.name, 'closed'));
    this.#store.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  stats(): PoolStats {
    this.#leaks?.look();
    const { name, maxBytes, maxFreeBytes } = this.#settings;
    const store = this.#store;
    return Object.freeze({
      name,
      allocator: this.#kind.allocator.name,
      maxBytes,
      maxFreeBytes,
      bytesInUse: store.bytesInUse,
      bytesFree: store.bytesFree,
      bytesWasted: store.bytesInUse - this.#bytesRequested,
      leases: store.leases,
      waiting: this.#line.length,
      limitBytes: store.limitBytes,
      ...this.#counters,
      classes: store.classes(),
      owners: Object.freeze([
        Object.freeze({
          owner: name,
          bytesInUse: store.bytesInUse,
          bytesWasted: store.bytesInUse - this.#bytesRequested,
          leases: store.leases,
          peakBytesInUse: this.#counters.peakBytesInUse,
        }),
      ]),
    });
  }

  share(block: Block<Memory>, byteLength: number): L {
    block.holders += 1;
    const lease = new this.#kind.Lease(this, block, byteLength);
    this.#leaks?.watchShare(lease, block);
    return lease;
  }

  takeBack(lease: L, block: Block<Memory>): void {
    this.#leaks?.forget(lease, block);
    this.#drop(block);
  }

  letGo(lease: L, block: Block<Memory>): void {
    this.#leaks?.forget(lease, block);
  }

  welcome(block: Block<Memory>, memory: Memory | undefined): void {
    if (memory === undefined || this.#kind.access.byteLength(memory) !== block.classBytes) block.lost = true;
    else if (memory !== block.memory) {
      block.memory = memory;
      block.view = memory;
    }
    this.#drop(block);
  }

  /** As {@link SizeClassedPool.acquire}; async, so that bad arguments reject instead of throwing. */
  protected async acquireAs(byteLength: number, exact: boolean, options: AcquireOptions): Promise<L> {
    const classBytes = this.#classFor(byteLength, exact);
    const { signal, timeoutMs, priority = 0 } = options;
    if (priority !== 0) expectNumber('priority', priority);
    if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY)
      expectNumber('timeoutMs', timeoutMs, { min: 0 });
    if (signal?.aborted) throw abortError(signal, describeWait(byteLength, this.name));
    const acquiredAt = this.#site();
    if (!this.#line.isAheadOf(priority) && this.#store.fits(classBytes)) {
      return this.#lend(classBytes, byteLength, acquiredAt);
    }
    this.#leaks?.look();
    return this.#line.wait({ byteLength, classBytes, acquiredAt, options });
  }

  #lend(classBytes: number, byteLength: number, acquiredAt: CallSite | undefined): L {
    const block = this.#store.take(classBytes);
    if (this.#kind.access.byteLength(block.view) !== byteLength)
      block.view = this.#kind.access.view(block.memory, byteLength);
    block.requestedBytes = byteLength;
    block.acquiredAt = acquiredAt;
    block.holders = 1;
    this.#bytesRequested += byteLength;
    const lease = new this.#kind.Lease(this, block, byteLength);
    this.#leaks?.watchLoan(lease, block);
    return lease;
  }

  /** One holder less; the last one brings the block home. */
  #drop(block: Block<Memory>): void {
    block.holders -= 1;
    if (block.holders > 0) return;
    this.#bytesRequested -= block.requestedBytes;
    this.#store.put(block);
    if (this.#line.length > 0) this.#line.serve();
    this.#settings.onHome?.();
  }

  #recover(block: Block<Memory>): void {
    const loss = Object.freeze({
      pool: this.name,
      bytesRecovered: block.holders === 1 ? block.classBytes : 0,
      acquiredAt: block.acquiredAt?.describe(2),
    });
    block.lost = true;
    this.#counters.lost += 1;
    this.#drop(block);
    const { events } = this.#settings;
    if (events.listenerCount('lost') > 0) events.emit('lost', loss);
    else warnOfLoss(loss);
  }

  /** The class to take a request from. Large sizes of which there are blocks of their own use these. */
  #classFor(byteLength: number, exact: boolean): number {
    expectInteger('byteLength', byteLength, { min: 1 });
    const { maxBytes } = this.#settings;
    if (this.#closed) throw poolClosed(this.name, 'closed');
    if (byteLength > maxBytes) throw tooLarge(this.name, byteLength, maxBytes);
    if (byteLength >= MIN_EXACT_BYTES) {
      const exactBytes = exactClassBytes(byteLength);
      if ((exact || this.#store.has(exactBytes)) && exactBytes <= maxBytes) return exactBytes;
    }
    const classBytes = sizeClassBytes(byteLength);
    // The last class may reach beyond the budget though the request doesn't.
    return classBytes <= maxBytes ? classBytes : byteLength;
  }

  #site(): CallSite | undefined {
    const { leakDetection } = this.#settings;
    if (leakDetection === 'off') return undefined;
    this.#unsampled = (this.#unsampled + 1) % SAMPLE_INTERVAL;
    return leakDetection === 'full' || this.#unsampled === 0 ? new CallSite() : undefined;
  }
}
