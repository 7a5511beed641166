import type { Block } from '../blocks/block.js';
import type { BlockStore } from '../blocks/block-store.js';
import type { ReclaimRequest } from '../pool/acquire-options.js';
import { countLoan, countReturn, OwnerLedger } from '../pool/owner-ledger.js';
import type { PoolKind, PoolSettings } from '../pool/pool-settings.js';
import type { PoolCounters } from '../pool/pool-stats.js';
import { type Teller, tellOfLoss } from '../pool/tell.js';
import type { BlockLease, Lender } from './block-lease.js';
import type { CallSite } from './call-site.js';
import { LeakWatch } from './leak-watch.js';
import { ReclaimList } from './reclaim-list.js';
import { RestingLeases } from './resting-leases.js';
import { SiteSampler } from './site-sampler.js';

/** Calls of this package within the place of an acquisition: two of the sampler, the desk's and the pool's. */
const CALLS_TO_SITE = 4;

/** What the desk needs of its pool. */
export interface LoanDeskOptions<Memory, L> {
  readonly settings: Pick<PoolSettings, 'name' | 'leakDetection' | 'events' | 'onLost'>;
  readonly kind: PoolKind<Memory, L>;
  readonly store: BlockStore<Memory>;
  readonly counters: PoolCounters;
  /** A block has come home, and all figures say so. */
  readonly onHome: () => void;
  /** A loan that could not be asked back can be: its other holders are gone, or its own has it now. */
  readonly onAskable: () => void;
}

/** Makes leases of blocks and takes them back, and knows who has what. */
export class LoanDesk<Memory, L extends BlockLease<Memory, L>> implements Lender<Memory, L> {
  readonly recordsReleases: boolean;
  readonly owners: OwnerLedger;
  readonly reclaims: ReclaimList<Memory>;
  readonly #kind: PoolKind<Memory, L>;
  readonly #store: BlockStore<Memory>;
  readonly #counters: PoolCounters;
  readonly #teller: Teller;
  readonly #onHome: () => void;
  readonly #onAskable: () => void;
  readonly #leaks: LeakWatch<Memory> | undefined;
  readonly #sites: SiteSampler;
  readonly #resting: RestingLeases<L> | undefined;
  #bytesRequested = 0;

  constructor(options: LoanDeskOptions<Memory, L>) {
    const { settings, kind, store, counters, onHome, onAskable } = options;
    const { name, leakDetection } = settings;
    this.#kind = kind;
    this.#store = store;
    this.#counters = counters;
    this.#teller = settings;
    this.#onHome = onHome;
    this.#onAskable = onAskable;
    this.recordsReleases = leakDetection === 'full';
    this.owners = new OwnerLedger(name);
    const countAsked = (): void => {
      counters.reclaims += 1;
    };
    this.reclaims = new ReclaimList(name, countAsked, onAskable);
    this.#sites = new SiteSampler(leakDetection, counters);
    this.#leaks = leakDetection === 'off' ? undefined : new LeakWatch((block) => this.#recover(block));
    this.#resting = leakDetection === 'full' ? undefined : new RestingLeases();
  }

  /** The part of the bytes in use that nobody asked for. */
  get bytesWasted(): number {
    return this.#store.bytesInUse - this.#bytesRequested;
  }

  /** The caller's place, if this loan is one of those that it is recorded for. */
  nextSite(): CallSite | undefined {
    return this.#sites.next();
  }

  /** Lets go of all leases that are out, so that they can be found lost. */
  look(): void {
    this.#leaks?.look();
  }

  /**
   * Lends a block. The caller has made sure that it fits.
   *
   * @param owner - `undefined`: the pool
   * @param acquiredAt - where it was asked for, if recorded
   * @param isReused - whether the lease's object may be used again some time after its release
   */
  lend(
    classBytes: number,
    byteLength: number,
    priority: number,
    owner: string | undefined,
    onReclaim: ((request: ReclaimRequest) => void) | undefined,
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
    block.priority = priority;
    const record = owner === undefined ? this.owners.own : this.owners.of(owner);
    block.owner = record;
    countLoan(record, classBytes, byteLength);
    block.shelf.requestedBytes += byteLength;
    this.#bytesRequested += byteLength;
    const lease = this.#leaseFor(block, byteLength, isReused);
    this.#leaks?.watchLoan(lease, block);
    if (onReclaim !== undefined) {
      lease.canBeAsked = true;
      this.reclaims.add(block, onReclaim);
    }
    // Last, because it may call listeners.
    if (block.poisoned) this.#store.lookAt(block);
    return lease;
  }

  share(block: Block<Memory>, byteLength: number): L {
    block.holders += 1;
    const lease = new this.#kind.Lease(this, block, byteLength);
    this.#leaks?.watchShare(lease, block);
    return lease;
  }

  takeBack(lease: L, block: Block<Memory>, releasedAt: CallSite | undefined): void {
    this.#leaks?.forget(lease, block);
    if (lease.canBeAsked) this.reclaims.remove(block);
    if (lease.isReused) this.#resting?.add(lease);
    block.releasedAt = releasedAt;
    this.#drop(block);
  }

  handOver(block: Block<Memory>): void {
    this.reclaims.handOver(block);
  }

  letGo(lease: L, block: Block<Memory>): void {
    this.#leaks?.forget(lease, block);
    if (lease.canBeAsked) this.reclaims.remove(block);
  }

  welcome(block: Block<Memory>, memory: Memory | undefined): void {
    if (memory === undefined || this.#kind.access.byteLength(memory) !== block.classBytes) block.lost = true;
    else if (memory !== block.memory) this.#store.replace(block, memory);
    this.#drop(block);
  }

  #leaseFor(block: Block<Memory>, byteLength: number, isReused: boolean): L {
    const rested = isReused ? this.#resting?.take() : undefined;
    if (rested !== undefined) {
      rested.beginAgain(block, byteLength);
      return rested;
    }
    const lease = new this.#kind.Lease(this, block, byteLength);
    lease.isReused = isReused && this.#resting !== undefined;
    return lease;
  }

  /** One holder less; the last one brings the block home. */
  #drop(block: Block<Memory>): void {
    block.holders -= 1;
    if (block.holders > 0) {
      if (block.reclaimable !== undefined) this.#onAskable();
      return;
    }
    const { requestedBytes, classBytes, owner } = block;
    if (owner !== undefined) countReturn(owner, classBytes, requestedBytes);
    block.shelf.requestedBytes -= requestedBytes;
    this.#bytesRequested -= requestedBytes;
    if (block.reclaimable !== undefined || block.askedBytes > 0) this.reclaims.settle(block);
    this.#store.put(block);
    this.#onHome();
  }

  #recover(block: Block<Memory>): void {
    const bytesRecovered = block.holders === 1 ? block.classBytes : 0;
    const acquiredAt = block.acquiredAt?.describe(CALLS_TO_SITE);
    block.lost = true;
    this.#counters.lost += 1;
    this.#drop(block);
    tellOfLoss(this.#teller, { pool: this.#teller.name, bytesRecovered, acquiredAt });
  }
}
