import { isFramerailError } from '@framerail/lifecycle';
import type { CallSite } from '../leases/call-site.js';
import type { PoolLease } from '../leases/pool-lease.js';
import type { Account, LoanTerms, MemoryWanted, Place, SmallerRequest } from './account.js';

/** What keeps a request from being served: its own account's budget, or what the level allows all together. */
export type Shortage = 'own' | 'all';

/** Options of {@link MemoryBroker}. */
export interface MemoryBrokerOptions {
  readonly accounts: ReadonlySet<Account>;
  /** Bytes that may be held at the level in force. */
  readonly limitBytes: () => number;
  /** Bytes that are held. */
  readonly heldBytes: () => number;
  /** Gives memory back, in order. */
  readonly free: (bytes: number) => number;
  /** Told before memory is allocated, with what will be held then. */
  readonly onHeld: (bytes: number) => void;
}

/** A request is passed by so many smaller ones that came later, and then by none. */
const MAX_PASSES = 16;

/** Rounds of serving after which nobody was served and nothing was freed, before the broker rests. */
const MAX_VAIN_ROUNDS = 8;

/**
 * Serves requests of all accounts by priority and age. Who stands first waits for what the level allows, and nobody takes that
 * memory before; who lacks room in its own account stops this account only.
 */
export class MemoryBroker {
  readonly #options: MemoryBrokerOptions;
  /** Work on memory is going on, of which what happens now is a part. */
  #isBusy = false;
  #isFreeing = false;
  /** Memory came free, or somebody came, while it was. */
  #isStale = false;
  /** More is held than the level allows. */
  #isOver = false;
  #isBlocked = false;
  #waiting = 0;
  /** Whether those who can use it get something smaller. */
  mayDegrade = false;

  constructor(options: MemoryBrokerOptions) {
    this.#options = options;
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether somebody waits for what the level allows all together: then nobody else begins to hold more. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Serves a request at once if that is possible and nobody comes first. Who calls hands the lease over. */
  tryLend(
    account: Account,
    byteLength: number,
    terms: LoanTerms,
    rank: number,
    acquiredAt: CallSite | undefined,
  ): PoolLease | undefined {
    const head = account.next();
    if (head !== undefined && head.rank >= rank) return undefined;
    const { pool } = account;
    // What is there already needs no room.
    if (this.#waiting === 0 && pool.costOf(byteLength, terms.layout !== undefined) === 0)
      return pool.tryAcquire(byteLength, terms, false, acquiredAt);
    const lease = this.#asOne(() => {
      // Whoever is overtaken lacks more than before, which others may be asked for.
      this.#isStale ||= this.#waiting > 0;
      return this.#lend(account, { byteLength, terms, acquiredAt }, !this.#isBlocked);
    });
    return typeof lease === 'string' ? undefined : lease;
  }

  /** Puts a request in the line and serves the line. */
  enter(account: Account, place: Place): void {
    account.enter(place);
    this.#waiting += 1;
    // Memory is short: what somebody forgot to release is wanted now.
    for (const { pool } of this.#options.accounts) pool.look();
    this.serve();
  }

  /** Takes a request out of the line. */
  leave(account: Account, place: Place, waitedMs: number): void {
    account.leave(place, waitedMs);
    this.#waiting -= 1;
  }

  /** A block came home. */
  cameHome(): void {
    if (this.#isOver || this.#waiting > 0) this.serve();
  }

  /** Brings what is held under the limit as far as that goes, then serves whoever can be served. */
  serve(): void {
    this.#isStale = true;
    this.#asOne(() => {});
  }

  /** Frees memory for nobody in particular. @returns the bytes that went back */
  free(bytes: number): number {
    this.#isStale = true;
    return this.#asOne(() => this.#free(bytes));
  }

  /** Does something during which nobody else is served; then serves those who came or can be served since. */
  #asOne<T>(task: () => T): T {
    if (this.#isBusy) return task();
    this.#isBusy = true;
    try {
      return task();
    } finally {
      // Also after a failure: what it freed on the way may be what somebody waits for.
      this.#settle();
      this.#isBusy = false;
    }
  }

  /** Callers' code that runs within may give reason for another round each time: not for ever, if nothing comes of it. */
  #settle(): void {
    for (let vain = 0; this.#isStale && vain < MAX_VAIN_ROUNDS; vain += 1) {
      this.#isStale = false;
      const before = this.#options.heldBytes();
      this.#keepUnderLimit();
      if (this.#options.heldBytes() < before) vain = 0;
      while (this.#serveOne()) vain = 0;
    }
  }

  #keepUnderLimit(): void {
    const { heldBytes, limitBytes } = this.#options;
    const over = heldBytes() - limitBytes();
    if (over > 0) this.#free(over);
    this.#isOver = over > 0 && heldBytes() > limitBytes();
  }

  /** Callers' code runs here, which may ask for memory: that can't begin to free anew. */
  #free(bytes: number): number {
    if (this.#isFreeing) return 0;
    this.#isFreeing = true;
    try {
      return this.#options.free(bytes);
    } finally {
      this.#isFreeing = false;
    }
  }

  /** @returns whether somebody was served or refused */
  #serveOne(): boolean {
    const shortages = new Map<Account, Shortage>();
    let isBlocked = false;
    for (const account of this.#options.accounts) if (account.line.length > 0) shortages.set(account, 'own');
    for (const { account, place } of this.#heads()) {
      const shortage = this.#serve(account, place, !isBlocked);
      if (shortage === undefined) return true;
      shortages.set(account, shortage);
      isBlocked ||= shortage === 'all';
    }
    this.#isBlocked = isBlocked;
    return this.mayDegrade && this.#serveSmaller(shortages);
  }

  /** Who is next of each account, by rank. */
  #heads(): { readonly account: Account; readonly place: Place }[] {
    return [...this.#options.accounts]
      .map((account) => ({ account, place: account.next() }))
      .filter((head): head is { account: Account; place: Place } => head.place !== undefined)
      .sort((a, b) => b.place.rank - a.place.rank);
  }

  /** @returns why not, if it was neither served nor refused */
  #serve(account: Account, place: Place, mayMakeRoom: boolean): Shortage | undefined {
    try {
      let lease = this.#lend(account, place, mayMakeRoom);
      while (typeof lease === 'string' && mayMakeRoom && this.#askBack(account, place, lease))
        lease = this.#lend(account, place, mayMakeRoom);
      if (typeof lease === 'string') return lease;
      hand(place, lease, undefined);
    } catch (error) {
      place.refuse(error);
    }
    return undefined;
  }

  /** Gives something smaller to the first who can use it, past others as long as they weren't passed too often. */
  #serveSmaller(shortages: ReadonlyMap<Account, Shortage>): boolean {
    const places = [...shortages.keys()]
      .flatMap((account) => Array.from(account.line, (place) => ({ account, place })))
      .sort((a, b) => b.place.rank - a.place.rank);
    for (const [index, { account, place }] of places.entries()) {
      if (place.smaller === undefined) continue;
      const passed = places
        .slice(0, index)
        .filter((other) => other.account === account || shortages.get(other.account) === 'all')
        .filter((other) => other.account.canServe(other.place));
      if (passed.some((other) => other.place.passes >= MAX_PASSES)) continue;
      if (!this.#lendSmaller(account, place)) continue;
      for (const other of passed) other.place.passes += 1;
      return true;
    }
    return false;
  }

  #lendSmaller(account: Account, place: Place): boolean {
    const { heldBytes, limitBytes } = this.#options;
    const own = account.maxBytes - account.bytesInUse;
    const [best] = place.smaller?.(own) ?? [];
    if (best === undefined) return false;
    if (this.#lendInstead(account, place, best)) return true;
    // That freed what can be freed: what is left is what there is.
    const room = Math.min(own, limitBytes() - heldBytes());
    return place.smaller?.(room).some((instead) => this.#lendInstead(account, place, instead)) ?? false;
  }

  #lendInstead(account: Account, place: Place, instead: SmallerRequest): boolean {
    const { terms, acquiredAt } = place;
    const { byteLength, layout } = instead;
    try {
      const lease = this.#lend(account, { byteLength, terms: { ...terms, layout }, acquiredAt }, true);
      if (typeof lease === 'string') return false;
      hand(place, lease, instead);
    } catch (error) {
      place.refuse(error);
    }
    return true;
  }

  /** @param mayMakeRoom - whether it may use what the level leaves: not while somebody waits for that who comes first */
  #lend(account: Account, wanted: MemoryWanted, mayMakeRoom: boolean): PoolLease | Shortage {
    const { pool } = account;
    const { byteLength, terms, acquiredAt } = wanted;
    const bytes = pool.costOf(byteLength, terms.layout !== undefined);
    const shortage = bytes > 0 ? this.#makeRoom(account, bytes, mayMakeRoom) : undefined;
    if (shortage !== undefined) return shortage;
    try {
      return pool.tryAcquire(byteLength, terms, false, acquiredAt) ?? 'own';
    } catch (error) {
      // The system has less than the budget: what lies here unused may be all that it lacks.
      if (!isFramerailError(error, 'E_POOL_ALLOCATION_FAILED') || this.#free(bytes) === 0) throw error;
      return pool.tryAcquire(byteLength, terms, false, acquiredAt) ?? 'own';
    }
  }

  #makeRoom(account: Account, bytes: number, mayMakeRoom: boolean): Shortage | undefined {
    const { heldBytes, limitBytes, onHeld } = this.#options;
    if (!this.#makeOwnRoom(account, bytes)) return 'own';
    const isEntitled = account.isEntitledTo(bytes);
    if (!isEntitled && !mayMakeRoom) return 'all';
    const over = heldBytes() + bytes - limitBytes();
    if (over > 0) {
      this.#free(over);
      if (!this.#makeOwnRoom(account, bytes)) return 'own';
      const isShort = heldBytes() + bytes > limitBytes();
      if (isShort && !isEntitled) return 'all';
      this.#isOver ||= isShort;
    }
    onHeld(heldBytes() + bytes);
    return undefined;
  }

  #makeOwnRoom(account: Account, bytes: number): boolean {
    const freed = account.makeRoom(bytes) ?? -1;
    // Others may wait for less than that.
    if (freed > 0 && this.#waiting > 0) this.#isStale = true;
    return freed >= 0;
  }

  /** Asks for a lease of a lower priority, as long as those that were asked don't suffice. @returns whether one was */
  #askBack(account: Account, place: Place, shortage: Shortage): boolean {
    const { accounts, heldBytes, limitBytes } = this.#options;
    const { priority, layout } = place.terms;
    const cost = account.pool.costOf(place.byteLength, layout !== undefined);
    const isOwn = shortage === 'own';
    const ownBytes = Math.min(account.maxBytes, account.pool.limitBytes);
    const over = isOwn ? account.bytesInUse - ownBytes : heldBytes() - limitBytes();
    const holders = isOwn ? [account] : [...accounts].sort((a, b) => a.priority - b.priority);
    const asked = holders.reduce((sum, { pool }) => sum + pool.bytesAsked, 0);
    const missing = Math.max(cost, 1) + over - asked;
    return missing > 0 && holders.some(({ pool }) => pool.askBack(pool.bytesAsked + missing, priority));
  }
}

/** Gives a lease to who waited for it, or back if nobody waits any more. */
function hand(place: Place, lease: PoolLease, instead: SmallerRequest | undefined): void {
  if (place.isOpen) place.grant(lease, instead);
  else lease.release();
}
