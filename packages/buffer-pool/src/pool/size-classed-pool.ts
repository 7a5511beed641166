import { abortError, expectInteger, expectObject, type TrimRequest } from '@framerail/lifecycle';
import type { BlockStore } from '../blocks/block-store.js';
import { FrameClasses } from '../blocks/frame-classes.js';
import { IdleExpiry } from '../blocks/idle-expiry.js';
import { IdleSpans } from '../blocks/idle-spans.js';
import type { BlockLease } from '../leases/block-lease.js';
import type { CallSite } from '../leases/call-site.js';
import { LoanDesk } from '../leases/loan-desk.js';
import { describeWait, RequestLine } from '../waiting/request-line.js';
import type { PoolAcquireOptions, TryAcquireOptions } from './acquire-options.js';
import type { MemoryPool } from './buffer-pool.js';
import { openStore } from './open-store.js';
import { poolClosed, tooLarge } from './pool-errors.js';
import { checkTerms, checkWait, type PoolRequest } from './pool-request.js';
import type { PoolKind, PoolSettings } from './pool-settings.js';
import { createCounters, type PoolStats } from './pool-stats.js';
import { checkTrim, trimFilter } from './trim-request.js';

const OPTIONS = 'options { priority, … }';
const NO_OPTIONS: PoolAcquireOptions = Object.freeze({});

/** The pool: from requests to leases. What it lends is up to its {@link PoolKind}. */
export class SizeClassedPool<Memory, L extends BlockLease<Memory, L>> implements MemoryPool<L> {
  readonly name: string;
  readonly on: MemoryPool<L>['on'];
  readonly #settings: PoolSettings;
  readonly #allocator: { readonly name: string };
  readonly #counters = createCounters();
  readonly #classes: FrameClasses;
  readonly #spans: IdleSpans;
  readonly #expiry: IdleExpiry | undefined;
  readonly #store: BlockStore<Memory>;
  readonly #desk: LoanDesk<Memory, L>;
  readonly #line: RequestLine<L>;
  #isClosed = false;

  constructor(settings: PoolSettings, kind: PoolKind<Memory, L>) {
    const { name, maxBytes, clock, idleExpiryMs } = settings;
    this.#settings = settings;
    this.#allocator = kind.allocator;
    this.name = name;
    this.on = settings.events.on;
    this.#classes = new FrameClasses(settings.layouts ?? [], maxBytes);
    this.#spans = new IdleSpans(clock);
    this.#store = openStore(settings, kind, this.#spans, this.#counters);
    this.#expiry = idleExpiryMs === undefined ? undefined : new IdleExpiry(clock, idleExpiryMs, this.#store);
    this.#desk = new LoanDesk({
      settings,
      kind,
      store: this.#store,
      counters: this.#counters,
      onHome: () => this.#cameHome(),
      onAskable: () => {
        this.#line.serve();
        settings.onHome?.();
      },
    });
    this.#line = new RequestLine({
      pool: name,
      maxWaiters: settings.maxWaiters,
      agingMs: settings.agingMs ?? 1000,
      clock,
      counters: this.#counters,
      fits: ({ classBytes }) => this.#store.fits(classBytes),
      makeRoom: (request) => this.#makeRoom(request),
      lend: ({ classBytes, byteLength, priority, owner, onReclaim, acquiredAt, handsOver }) => {
        const lease = this.#desk.lend(classBytes, byteLength, priority, owner, onReclaim, acquiredAt, false);
        if (handsOver) lease.handOverNext();
        return lease;
      },
      describeUse: () => this.#describeUse(),
    });
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

  /** Bytes that may be on loan at present. */
  get limitBytes(): number {
    return this.#store.limitBytes;
  }

  acquire(byteLength: number, options?: PoolAcquireOptions): Promise<L> {
    return this.acquireAs(byteLength, false, true, options);
  }

  /**
   * @param isHolder - whether who calls keeps the lease; otherwise who calls hands it over
   * @param acquiredAt - the holder's place, if recorded
   */
  tryAcquire(
    byteLength: number,
    options: TryAcquireOptions = NO_OPTIONS,
    isHolder = true,
    acquiredAt?: CallSite,
  ): L | undefined {
    // Every option is read once, and before anything else is looked at: getters may call the pool.
    const { priority = 0, owner, layout, onReclaim } = expectObject('options', options, OPTIONS);
    this.#expectRequest(byteLength);
    if (options !== NO_OPTIONS) checkTerms(byteLength, priority, owner, layout, onReclaim);
    const classBytes = this.#classes.classBytes(byteLength, layout !== undefined);
    if (this.#mustWait(classBytes, priority)) {
      this.#desk.look();
      return undefined;
    }
    const site = isHolder ? this.#desk.nextSite() : acquiredAt;
    const lease = this.#desk.lend(classBytes, byteLength, priority, owner, onReclaim, site, true);
    // Who was overtaken needs more than what was asked back for them.
    if (this.#line.length > 0) this.#line.serve();
    if (onReclaim !== undefined && isHolder) lease.handOver();
    return lease;
  }

  trim(request: TrimRequest = {}): number {
    const { bytes, level, idleMs, maxPriority } = checkTrim(request);
    if (level === 'none') return 0;
    const store = this.#store;
    const before = store.bytesGivenBack;
    store.trim(bytes, trimFilter<Memory>(this.#spans, idleMs, maxPriority));
    // Memory on loan is in use, so that a request for idle memory doesn't mean it.
    if (maxPriority !== undefined && idleMs === 0) {
      this.#desk.reclaims.askToFree(() => bytes - (store.bytesGivenBack - before), maxPriority);
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

  /** Bytes on loan that were asked back and have not come home. */
  get bytesAsked(): number {
    return this.#desk.reclaims.bytesAsked;
  }

  /**
   * Asks for a lease of a lower priority, for somebody who waits elsewhere.
   *
   * @param bytes - how much has to come home, what was asked back before among it
   * @param priority - of whoever waits
   * @returns whether one was asked, so that things may stand differently
   */
  askBack(bytes: number, priority: number): boolean {
    return this.#desk.reclaims.askFor(bytes, priority);
  }

  /** The caller's place, if it is recorded for this request: for requests that wait elsewhere. */
  nextSite(): CallSite | undefined {
    return this.#desk.nextSite();
  }

  /** Lets leases be found lost; done where memory is short. */
  look(): void {
    this.#desk.look();
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
    this.#desk.look();
    const { name, maxBytes, maxFreeBytes } = this.#settings;
    const store = this.#store;
    return Object.freeze({
      name,
      // Asked each time: an allocator may have turned to another.
      allocator: this.#allocator.name,
      maxBytes,
      maxFreeBytes,
      bytesInUse: store.bytesInUse,
      bytesFree: store.bytesFree,
      bytesWasted: this.#desk.bytesWasted,
      leases: store.leases,
      waiting: this.#line.length,
      limitBytes: store.limitBytes,
      ...this.#counters,
      classes: store.classes(),
      owners: this.#desk.owners.uses(),
    });
  }

  /**
   * As {@link SizeClassedPool.acquire}; bad arguments reject instead of throwing.
   *
   * @param isFrame - whether the size is a frame's
   * @param handsOver - whether who awaits it is its holder; otherwise who awaits it hands it over
   */
  acquireAs(
    byteLength: number,
    isFrame: boolean,
    handsOver: boolean,
    options: PoolAcquireOptions = NO_OPTIONS,
  ): Promise<L> {
    try {
      const { priority = 0, owner, layout, onReclaim } = expectObject('options', options, OPTIONS);
      const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
      const isAborted = signal?.aborted ?? false;
      this.#expectRequest(byteLength);
      if (options !== NO_OPTIONS) {
        checkTerms(byteLength, priority, owner, layout, onReclaim);
        checkWait(timeoutMs, signal);
      }
      if (isAborted) throw abortError(signal as AbortSignal, describeWait(byteLength, this.name));
      const classBytes = this.#classes.classBytes(byteLength, isFrame || layout !== undefined);
      const acquiredAt = this.#desk.nextSite();
      if (!this.#mustWait(classBytes, priority)) {
        const lease = this.#desk.lend(classBytes, byteLength, priority, owner, onReclaim, acquiredAt, false);
        if (this.#line.length > 0) this.#line.serve();
        if (handsOver) lease.handOverNext();
        return Promise.resolve(lease);
      }
      this.#desk.look();
      const terms = { byteLength, classBytes, priority, owner, onReclaim };
      return this.#line.wait({ ...terms, timeoutMs, signal, acquiredAt, handsOver });
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

  #describeUse(): string {
    const { bytesInUse, limitBytes } = this.#store;
    const { maxBytes } = this.#settings;
    const limit = limitBytes < maxBytes ? `, limited to ${limitBytes} at present` : '';
    return `${bytesInUse} of ${maxBytes} in use${limit}`;
  }

  #cameHome(): void {
    if (this.#expiry !== undefined && this.#store.bytesFree > 0) this.#expiry.begin();
    if (this.#line.length > 0) this.#line.serve();
    this.#settings.onHome?.();
  }

  #makeRoom({ classBytes, priority }: PoolRequest): boolean {
    const { bytesInUse, limitBytes } = this.#store;
    // Above the limit a single block is lent when nothing else is.
    const missing = Math.min(bytesInUse, bytesInUse + classBytes - limitBytes);
    return this.#desk.reclaims.askFor(missing, priority);
  }
}
