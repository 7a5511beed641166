import {
  type AcquireOptions,
  abortError,
  type Clock,
  type Emitter,
  expectInteger,
  expectNumber,
  type Lease,
  type PressureLevel,
} from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { Allocator } from '../allocators/allocator.js';
import type { Block } from '../blocks/block.js';
import { BlockStore } from '../blocks/block-store.js';
import { exactClassBytes, MIN_EXACT_BYTES, sizeClassBytes } from '../blocks/size-class.js';
import { CallSite, type LeakDetection, SAMPLE_INTERVAL } from '../leases/call-site.js';
import { LeakWatch, warnOfLoss } from '../leases/leak-watch.js';
import { type Lender, PoolLease } from '../leases/pool-lease.js';
import { type FrameDescription, frameOf } from '../leases/pooled-frame.js';
import { describeWait, RequestLine } from '../waiting/request-line.js';
import type { BufferPool, PoolEvents } from './buffer-pool.js';
import { poolClosed, tooLarge } from './pool-errors.js';
import { createCounters, type PoolStats } from './pool-stats.js';

/** Options of a pool, checked and complete. */
export interface PoolSettings {
  readonly maxBytes: number;
  readonly maxFreeBytes: number;
  readonly maxWaiters: number;
  readonly allocator: Allocator;
  readonly clock: Clock;
  readonly name: string;
  readonly leakDetection: LeakDetection;
  readonly events: Emitter<PoolEvents>;
  /** Told after a block came home and those who wait in this pool's own line were served: how a memory manager serves its line. */
  readonly onHome?: (() => void) | undefined;
}

const NO_OPTIONS: AcquireOptions = Object.freeze({});

/** The pool: from requests to leases, and back. */
export class SizeClassedPool implements BufferPool, Lender {
  readonly name: string;
  readonly recordsReleases: boolean;
  readonly on: BufferPool['on'];
  readonly #settings: PoolSettings;
  readonly #counters = createCounters();
  readonly #store: BlockStore;
  readonly #line: RequestLine;
  readonly #leaks: LeakWatch | undefined;
  #bytesRequested = 0;
  #unsampled = 0;
  #closed = false;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.name = settings.name;
    this.on = settings.events.on;
    this.recordsReleases = settings.leakDetection === 'full';
    this.#store = new BlockStore(settings, this.#counters);
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

  acquire(byteLength: number, options: AcquireOptions = NO_OPTIONS): Promise<Lease> {
    return this.#acquire(byteLength, false, options);
  }

  tryAcquire(byteLength: number): Lease | undefined {
    const classBytes = this.#classFor(byteLength, false);
    if (this.#line.isAheadOf(0) || !this.#store.fits(classBytes)) {
      this.#leaks?.look();
      return undefined;
    }
    return this.#lend(classBytes, byteLength, this.#site());
  }

  async acquireFrame(frame: FrameDescription, options: AcquireOptions = NO_OPTIONS): Promise<RawFrame> {
    return frameOf(await this.#acquire(frame.layout.byteLength, true, options), frame);
  }

  trim(request: { readonly bytes?: number; readonly level?: PressureLevel } = {}): number {
    const bytes = expectNumber('bytes', request.bytes ?? Number.MAX_VALUE, { min: 0 });
    return request.level === 'none' ? 0 : this.#store.trim(bytes);
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
    const { name, allocator, maxBytes, maxFreeBytes } = this.#settings;
    const store = this.#store;
    return Object.freeze({
      name,
      allocator: allocator.name,
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

  share(block: Block, byteLength: number): PoolLease {
    block.holders += 1;
    const lease = new PoolLease(this, block, byteLength);
    this.#leaks?.watchShare(lease, block);
    return lease;
  }

  takeBack(lease: PoolLease, block: Block): void {
    this.#leaks?.forget(lease, block);
    this.#drop(block);
  }

  // Async, so that bad arguments reject instead of throwing from a function that returns a promise.
  async #acquire(byteLength: number, exact: boolean, options: AcquireOptions): Promise<Lease> {
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

  #lend(classBytes: number, byteLength: number, acquiredAt: CallSite | undefined): PoolLease {
    const block = this.#store.take(classBytes);
    if (block.view.byteLength !== byteLength) block.view = block.memory.subarray(0, byteLength);
    block.requestedBytes = byteLength;
    block.acquiredAt = acquiredAt;
    block.holders = 1;
    this.#bytesRequested += byteLength;
    const lease = new PoolLease(this, block, byteLength);
    this.#leaks?.watchLoan(lease, block);
    return lease;
  }

  /** One holder less; the last one brings the block home. */
  #drop(block: Block): void {
    block.holders -= 1;
    if (block.holders > 0) return;
    this.#bytesRequested -= block.requestedBytes;
    this.#store.put(block);
    if (this.#line.length > 0) this.#line.serve();
    this.#settings.onHome?.();
  }

  #recover(block: Block): void {
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
