import { abortError, expectInteger, type TrimRequest } from '@framerail/lifecycle';
import type { Block } from '../blocks/block.js';
import { BlockStore } from '../blocks/block-store.js';
import { FrameClasses } from '../blocks/frame-classes.js';
import { IdleExpiry } from '../blocks/idle-expiry.js';
import { IdleSpans } from '../blocks/idle-spans.js';
import type { BlockLease, Lender } from '../leases/block-lease.js';
import type { CallSite } from '../leases/call-site.js';
import { LeakWatch } from '../leases/leak-watch.js';
import { ReclaimList } from '../leases/reclaim-list.js';
import { RestingLeases } from '../leases/resting-leases.js';
import { SiteSampler } from '../leases/site-sampler.js';
import { describeWait, RequestLine } from '../waiting/request-line.js';
import type { PoolAcquireOptions, TryAcquireOptions } from './acquire-options.js';
import type { MemoryPool } from './buffer-pool.js';
import { countLoan, countReturn, OwnerLedger } from './owner-ledger.js';
import { poolClosed, tooLarge } from './pool-errors.js';
import { type LoanTerms, PLAIN_TERMS, type PoolRequest, termsOf, waitOf } from './pool-request.js';
import type { PoolKind, PoolSettings } from './pool-settings.js';
import { createCounters, type PoolStats } from './pool-stats.js';
import { checkTrim, trimFilter } from './trim-request.js';
import { warnOfLateWrite, warnOfLoss, warnOfThrow } from './warn.js';

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
  readonly #classes: FrameClasses;
  readonly #spans: IdleSpans;
  readonly #expiry: IdleExpiry | undefined;
  readonly #store: BlockStore<Memory>;
  readonly #line: RequestLine<L>;
  readonly #leaks: LeakWatch<Memory> | undefined;
  readonly #sites: SiteSampler;
  readonly #owners: OwnerLedger;
  readonly #reclaims: ReclaimList<Memory>;
  readonly #resting: RestingLeases<L> | undefined;
  #bytesRequested = 0;
  #isClosed = false;

  constructor(settings: PoolSettings, kind: PoolKind<Memory, L>) {
    const { name, maxBytes, maxFreeBytes, clock, leakDetection, idleExpiryMs } = settings;
    this.#settings = settings;
    this.#kind = kind;
    this.name = name;
    this.on = settings.events.on;
    this.recordsReleases = leakDetection === 'full';
    this.#classes = new FrameClasses(settings.layouts ?? [], maxBytes);
    this.#owners = new OwnerLedger(name);
    this.#spans = new IdleSpans(clock);
    this.#reclaims = new ReclaimList(name, () => {
      this.#counters.reclaims += 1;
    });
    const options = {
      maxBytes,
      maxFreeBytes,
      allocator: kind.allocator,
      access: kind.access,
      spans: this.#spans,
      poison: settings.poison ?? false,
      onLateWrite: (block: Block<Memory>, offset: number) => this.#tellOfLateWrite(block, offset),
      onFreeFailed: (error: unknown) => warnOfThrow(name, 'The allocator’s free', error),
    };
    this.#store = new BlockStore(options, this.#counters);
    this.#expiry = idleExpiryMs === undefined ? undefined : new IdleExpiry(clock, idleExpiryMs, this.#store);
    this.#line = new RequestLine({
      pool: name,
      maxWaiters: settings.maxWaiters,
      agingMs: settings.agingMs ?? 1000,
      clock,
      counters: this.#counters,
      fits: (request) => this.#store.fits(request.classBytes),
      makeRoom: (request) => this.#makeRoom(request),
      lend: (request) =>
        this.#lend(request.classBytes, request.byteLength, request, request.acquiredAt, false),
      describeUse: () => `${this.#store.bytesInUse} of ${maxBytes} in use`,
    });
    this.#sites = new SiteSampler(leakDetection, this.#counters);
    this.#leaks = leakDetection === 'off' ? undefined : new LeakWatch((block) => this.#recover(block));
    this.#resting = leakDetection === 'full' ? undefined : new RestingLeases();
  }

  /** Bytes of the blocks on loan; as in {@link SizeClassedPool.stats}, without making a snapshot. */
  get bytesInUse(): number {
    return this.#store.bytesInUse;
  }

  /** Bytes of the free blocks. */
  get bytesFree(): number {
    return this.#store.bytesFree;
  }

  /** Blocks on loan. */
  get leases(): number {
    return this.#store.leases;
  }

  acquire(byteLength: number, options?: PoolAcquireOptions): Promise<L> {
    return this.acquireAs(byteLength, false, options);
  }

  tryAcquire(byteLength: number, options?: TryAcquireOptions): L | undefined {
    this.#expectRequest(byteLength);
    const terms = options === undefined ? PLAIN_TERMS : termsOf(byteLength, options);
    const classBytes = this.#classes.classBytes(byteLength, terms.isFrame);
    if (this.#mustWait(classBytes, terms.priority)) {
      this.#leaks?.look();
      return undefined;
    }
    return this.#lend(classBytes, byteLength, terms, this.#sites.next(), this.#resting !== undefined);
  }

  trim(request: TrimRequest = {}): number {
    const { bytes, level, idleMs, maxPriority } = checkTrim(request);
    if (level === 'none') return 0;
    const store = this.#store;
    const before = store.bytesGivenBack;
    store.trim(bytes, trimFilter<Memory>(this.#spans, idleMs, maxPriority));
    // Memory on loan is in use, so that a request for idle memory doesn't mean it.
    if (maxPriority !== undefined && idleMs === 0) {
      this.#reclaims.askToFree(() => bytes - (store.bytesGivenBack - before), maxPriority);
      this.#line.serve();
    }
    if (store.bytesFree === 0) this.#expiry?.end();
    return store.bytesGivenBack - before;
  }

  /**
   * Bytes that a request would make the pool allocate now; 0 where a free block serves it.
   *
   * @param byteLength - bytes, an integer of 1 or more
   * @param exact - whether it is for a frame
   */
  costOf(byteLength: number, exact: boolean): number {
    this.#expectRequest(byteLength);
    const classBytes = this.#classes.classBytes(byteLength, exact);
    return this.#store.hasFree(classBytes) ? 0 : classBytes;
  }

  limit(bytes: number): void {
    this.#store.limit(expectInteger('bytes', bytes, { min: 0, max: this.#settings.maxBytes }));
    this.#line.serve();
  }

  flush(): void {
    this.#line.refuseAll(() => poolClosed(this.name, 'flushed'));
    this.#store.trim(Number.POSITIVE_INFINITY);
    this.#expiry?.end();
  }

  close(): void {
    this.#isClosed = true;
    this.#line.refuseAll(() => poolClosed(this.name, 'closed'));
    this.#store.close();
    this.#expiry?.end();
    this.#spans.end();
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
      owners: this.#owners.uses(),
    });
  }

  share(block: Block<Memory>, byteLength: number): L {
    block.holders += 1;
    const lease = new this.#kind.Lease(this, block, byteLength);
    this.#leaks?.watchShare(lease, block);
    return lease;
  }

  takeBack(lease: L, block: Block<Memory>, releasedAt: CallSite | undefined): void {
    this.#leaks?.forget(lease, block);
    if (lease.canBeAsked) this.#reclaims.remove(block);
    if (lease.isReused) this.#resting?.add(lease);
    block.releasedAt = releasedAt;
    this.#drop(block);
  }

  letGo(lease: L, block: Block<Memory>): void {
    this.#leaks?.forget(lease, block);
    if (lease.canBeAsked) this.#reclaims.remove(block);
  }

  welcome(block: Block<Memory>, memory: Memory | undefined): void {
    if (memory === undefined || this.#kind.access.byteLength(memory) !== block.classBytes) block.lost = true;
    else if (memory !== block.memory) this.#store.replace(block, memory);
    this.#drop(block);
  }

  /**
   * As {@link SizeClassedPool.acquire}; bad arguments reject instead of throwing.
   *
   * @param isFrame - whether the size is a frame's
   */
  protected acquireAs(byteLength: number, isFrame: boolean, options?: PoolAcquireOptions): Promise<L> {
    try {
      this.#expectRequest(byteLength);
      const terms = options === undefined ? PLAIN_TERMS : termsOf(byteLength, options);
      const { signal, timeoutMs } = waitOf(options);
      const classBytes = this.#classes.classBytes(byteLength, isFrame || terms.isFrame);
      if (signal?.aborted) throw abortError(signal, describeWait(byteLength, this.name));
      const acquiredAt = this.#sites.next();
      if (!this.#mustWait(classBytes, terms.priority))
        return Promise.resolve(this.#lend(classBytes, byteLength, terms, acquiredAt, false));
      this.#leaks?.look();
      return this.#line.wait({ ...terms, byteLength, classBytes, timeoutMs, signal, acquiredAt });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #expectRequest(byteLength: number): void {
    if (!Number.isSafeInteger(byteLength) || byteLength < 1)
      expectInteger('byteLength', byteLength, { min: 1 });
    if (this.#isClosed) throw poolClosed(this.name, 'closed');
    const { maxBytes } = this.#settings;
    if (byteLength > maxBytes) throw tooLarge(this.name, byteLength, maxBytes);
  }

  #mustWait(classBytes: number, priority: number): boolean {
    return (this.#line.length > 0 && this.#line.isAheadOf(priority)) || !this.#store.fits(classBytes);
  }

  /** @param isReused - whether the lease's object is used again some time after its release */
  #lend(
    classBytes: number,
    byteLength: number,
    terms: LoanTerms,
    acquiredAt: CallSite | undefined,
    isReused: boolean,
  ): L {
    const { misses } = this.#counters;
    const block = this.#store.take(classBytes);
    if (this.#counters.misses !== misses) this.#sites.missed();
    if (block.requestedBytes !== byteLength) {
      block.view = this.#kind.access.view(block.memory, byteLength);
      block.requestedBytes = byteLength;
    }
    block.acquiredAt = acquiredAt;
    block.holders = 1;
    block.priority = terms.priority;
    const owner = terms.owner === undefined ? this.#owners.own : this.#owners.of(terms.owner);
    block.owner = owner;
    countLoan(owner, classBytes, byteLength);
    block.shelf.requestedBytes += byteLength;
    this.#bytesRequested += byteLength;
    const lease = this.#leaseFor(block, byteLength, isReused);
    this.#leaks?.watchLoan(lease, block);
    if (terms.onReclaim !== undefined) {
      lease.canBeAsked = true;
      this.#reclaims.add({ block, priority: terms.priority, onReclaim: terms.onReclaim });
    }
    if (block.poisoned) this.#store.lookAt(block);
    return lease;
  }

  #leaseFor(block: Block<Memory>, byteLength: number, isReused: boolean): L {
    const rested = isReused ? this.#resting?.take() : undefined;
    if (rested !== undefined) {
      rested.beginAgain(block, byteLength);
      return rested;
    }
    const lease = new this.#kind.Lease(this, block, byteLength);
    lease.isReused = isReused;
    return lease;
  }

  /** One holder less; the last one brings the block home. */
  #drop(block: Block<Memory>): void {
    block.holders -= 1;
    if (block.holders === 0) {
      this.#takeHome(block);
      if (this.#line.length > 0) this.#line.serve();
      this.#settings.onHome?.();
    } else if (block.reclaimable !== undefined && this.#line.length > 0) this.#line.serve();
  }

  #takeHome(block: Block<Memory>): void {
    const { requestedBytes, classBytes, owner } = block;
    if (owner !== undefined) countReturn(owner, classBytes, requestedBytes);
    block.shelf.requestedBytes -= requestedBytes;
    this.#bytesRequested -= requestedBytes;
    if (block.reclaimable !== undefined || block.askedBytes > 0) this.#reclaims.settle(block);
    this.#store.put(block);
    block.leaves = false;
    if (this.#expiry !== undefined && this.#store.bytesFree > 0) this.#expiry.begin();
  }

  #makeRoom({ classBytes, priority }: PoolRequest): boolean {
    const { bytesInUse, limitBytes } = this.#store;
    // Above the limit a single block is lent when nothing else is.
    return this.#reclaims.askFor(Math.min(bytesInUse, bytesInUse + classBytes - limitBytes), priority);
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

  #tellOfLateWrite(block: Block<Memory>, offset: number): void {
    const { events } = this.#settings;
    const late = Object.freeze({
      pool: this.name,
      offset,
      byteLength: block.classBytes,
      releasedAt: block.releasedAt?.describe(2),
    });
    if (events.listenerCount('lateWrite') > 0) events.emit('lateWrite', late);
    else warnOfLateWrite(late);
  }
}
