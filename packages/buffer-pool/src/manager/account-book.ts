import { Account, type AccountOptions } from './account.js';
import { overBudget } from './manager-errors.js';
import type { BudgetKind, MemoryUse } from './memory-manager.js';

/** What is told to open an account; the rest is the same for all. */
export type AccountRequest = Pick<
  AccountOptions,
  'name' | 'kind' | 'priority' | 'maxBytes' | 'firmBytes' | 'allocator'
>;

/** Options of {@link AccountBook}. */
export interface AccountBookOptions
  extends Pick<AccountOptions, 'maxWaiters' | 'leakDetection' | 'clock' | 'onHome' | 'onLost'> {
  readonly budgets: Readonly<Record<BudgetKind, number>>;
  readonly allocator: AccountOptions['allocator'];
}

/** All accounts: the two shares', and those of the pools for which bytes of a share are set aside. */
export class AccountBook {
  readonly accounts: ReadonlySet<Account>;
  readonly shares: Readonly<Record<BudgetKind, Account>>;
  readonly #options: AccountBookOptions;
  readonly #all = new Set<Account>();

  constructor(options: AccountBookOptions) {
    this.#options = options;
    this.accounts = this.#all;
    const { budgets, allocator } = options;
    const share = (kind: BudgetKind): Account =>
      this.#open({ name: kind, kind, priority: 0, maxBytes: budgets[kind], firmBytes: 0, allocator });
    this.shares = Object.freeze({ video: share('video'), audio: share('audio') });
  }

  /** Bytes of a share that can still be set aside. */
  available(kind: BudgetKind): number {
    const share = this.shares[kind];
    return Math.max(0, share.maxBytes - share.bytesInUse);
  }

  /** @throws FramerailError `E_MEMORY_BUDGET` */
  setAside(request: AccountRequest): Account {
    const { kind, maxBytes } = request;
    const available = this.available(kind);
    if (maxBytes > available) throw overBudget(kind, maxBytes, available);
    const account = this.#open(request);
    this.#countReserved(kind);
    // What the share holds free above the rest of its budget.
    this.shares[kind].makeRoom(0);
    return account;
  }

  /** Bytes on loan and free, of all accounts. */
  bytesHeld(): number {
    let sum = 0;
    for (const account of this.#all) sum += account.bytesHeld;
    return sum;
  }

  /** Takes note that an account was closed or that memory of a closed one came home. */
  settle(account: Account): void {
    if (account.isClosed && account.bytesInUse === 0) this.#all.delete(account);
    this.#countReserved(account.kind);
  }

  /** Who holds what; of each account its owners, the first with what is free. */
  uses(): MemoryUse[] {
    return [...this.#all].flatMap(({ name, kind, pool, maxBytes }) => {
      const { bytesInUse, bytesFree, owners } = pool.stats();
      const others = owners.filter(({ owner }) => owner !== name);
      const ofOthers = others.reduce((sum, one) => sum + one.bytesInUse, 0);
      return [
        { owner: name, kind, bytesInUse: bytesInUse - ofOthers, bytesFree, maxBytes },
        ...others.map((one) => ({
          owner: one.owner,
          kind,
          bytesInUse: one.bytesInUse,
          bytesFree: 0,
          maxBytes: undefined,
        })),
      ];
    });
  }

  #open(request: AccountRequest): Account {
    const { maxWaiters, leakDetection, clock, onHome, onLost } = this.#options;
    const account: Account = new Account({
      ...request,
      maxWaiters,
      leakDetection,
      clock,
      onLost,
      onHome: () => {
        if (account.isClosed) this.settle(account);
        onHome();
      },
    });
    this.#all.add(account);
    return account;
  }

  /** A closed pool's bytes are set aside as long as they are on loan. */
  #countReserved(kind: BudgetKind): void {
    const share = this.shares[kind];
    let bytes = 0;
    for (const account of this.#all) {
      if (account === share || account.kind !== kind) continue;
      bytes += account.isClosed ? account.bytesInUse : account.maxBytes;
    }
    share.reservedBytes = bytes;
  }
}
