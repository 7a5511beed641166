import {
  EXTENT,
  FLAG,
  HEADER,
  recordAt,
  THREAD,
  WAITER,
  WAITER_STATE,
} from '../../src/shared-pool/control-layout.js';
import { layoutOf } from '../../src/shared-pool/handle.js';
import { SharedLedger } from '../../src/shared-pool/shared-ledger.js';
import type { SharedPoolHandle } from '../../src/shared-pool/shared-pool.js';

/** Ends a thread of these tests, as `terminate` does: between two stores, with nothing of it run afterwards. */
class Death extends Error {}

/** Something that a thread does to a pool's bookkeeping. */
export type Act =
  | {
      readonly kind: 'ask';
      readonly bytes: number;
      readonly priority: number;
      readonly canBeAskedBack: boolean;
      readonly owner: string;
    }
  | { readonly kind: 'giveBack' | 'withdraw'; readonly index: number }
  | { readonly kind: 'collect' | 'flush' | 'recoverLast' }
  | { readonly kind: 'trim' | 'limit'; readonly bytes: number };

/** A thread of a shared pool that can be made to end at any store to the bookkeeping. */
export class Mortal {
  readonly thread: number;
  readonly #handle: SharedPoolHandle;
  readonly #ledger: SharedLedger;
  #nowMs = 0;

  constructor(handle: SharedPoolHandle, thread: number) {
    this.#handle = handle;
    this.thread = thread;
    this.#ledger = new SharedLedger(handle.control, layoutOf(handle), thread);
    if (this.#ledger.threads.claim(thread) === 0) throw new Error(`thread ${thread} is taken`);
  }

  /** Blocks that it has, as offset and pages, in order. */
  blocks(): string[] {
    const { control } = this.#ledger;
    return this.#lent().map((at) => `${control.get(at + EXTENT.offset)}+${control.get(at + EXTENT.pages)}`);
  }

  /** Its requests that have been given nothing, and its blocks: no other thread changes their number. */
  stakes(): number {
    const isWithout = (at: number) => this.#ledger.control.get(at + WAITER.state) !== WAITER_STATE.granted;
    return this.#lent().length + this.#waiters().filter(isWithout).length;
  }

  /**
   * Does something.
   *
   * @param stores - after so many stores to the bookkeeping it ends
   * @returns whether it lived to finish
   */
  act(act: Act, stores = Number.POSITIVE_INFINITY): boolean {
    if (!this.#ledger.enter()) throw new Error('somebody has the lock');
    if (!this.#until(stores, () => this.#do(act))) return false;
    this.#ledger.leave();
    return true;
  }

  /** Recovers a thread that had the lock, and ends after so many stores. */
  recoverUntil(thread: number, stores: number): void {
    const ledger = this.#ledger;
    ledger.threads.markEnded(thread);
    if (!ledger.lock.takeOver(thread)) throw new Error(`thread ${thread} has no lock`);
    this.#until(stores, () => {
      ledger.control.undo();
      ledger.takeBackAll(thread, this.#nowMs);
    });
  }

  #until(stores: number, deed: () => void): boolean {
    const { control } = this.#ledger;
    const { words } = control;
    let left = stores;
    const watched = new Proxy(words, {
      get: (target, key) => Reflect.get(target, key, target),
      set: (target, key, value) => {
        if (left === 0) throw new Death();
        left -= 1;
        return Reflect.set(target, key, value, target);
      },
    });
    try {
      Object.defineProperty(control, 'words', { value: watched, configurable: true });
      deed();
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      return false;
    } finally {
      Object.defineProperty(control, 'words', { value: words });
    }
    return true;
  }

  #do(act: Act): void {
    const ledger = this.#ledger;
    this.#nowMs += 1;
    if (act.kind === 'ask') this.#ask(act);
    else if (act.kind === 'giveBack') {
      // What it was given and hasn't heard of it can't give back.
      const unheard = this.#waiters().map((at) => ledger.control.get(at + WAITER.block));
      const lent = this.#lent().filter((at) => !unheard.includes(at));
      const block = lent[act.index % lent.length];
      if (block !== undefined) ledger.giveBack(block, this.#nowMs);
    } else if (act.kind === 'withdraw') {
      const own = this.#waiters();
      const waiter = own[act.index % own.length];
      if (waiter !== undefined) ledger.withdraw(waiter, this.#nowMs);
    } else if (act.kind === 'collect') {
      for (let waiter = ledger.nextSettled(); waiter !== 0; waiter = ledger.nextSettled()) {
        ledger.line.end(waiter, this.#nowMs);
        ledger.control.commit();
      }
    } else if (act.kind === 'flush') {
      ledger.refuseAll(WAITER_STATE.flushed);
      ledger.stock.keep(0);
    } else if (act.kind === 'recoverLast') {
      const last = ledger.threads.count - 1;
      if (!ledger.threads.markEnded(last)) return;
      ledger.takeBackAll(last, this.#nowMs);
      ledger.control.commit();
      ledger.threads.vacate(last);
    } else if (act.kind === 'trim') ledger.trim(act.bytes, { untilMs: this.#nowMs, maxPriority: 1000 });
    else if (act.kind === 'limit') ledger.limit(act.bytes);
  }

  #ask({ bytes, priority, canBeAskedBack, owner }: Extract<Act, { kind: 'ask' }>): void {
    const ledger = this.#ledger;
    const request = {
      pages: Math.ceil(bytes / 4096),
      byteLength: bytes,
      priority,
      owner: ledger.owners.ensure(owner),
      flags: canBeAskedBack ? FLAG.reclaimable : 0,
    };
    if (ledger.lendAtOnce(request, () => this.#nowMs) !== 0) return;
    if (ledger.line.add(request, this.thread, this.#nowMs) === 0) return;
    ledger.control.commit();
    ledger.serve();
  }

  #lent(): number[] {
    const { control, threads } = this.#ledger;
    const all: number[] = [];
    const first = control.get(threads.recordOf(this.thread) + THREAD.lent);
    for (let at = first; at !== 0; at = control.get(at + EXTENT.next)) all.push(at);
    return all.sort((a, b) => a - b);
  }

  #waiters(): number[] {
    const { control } = this.#ledger;
    const { waiters } = layoutOf(this.#handle);
    return Array.from({ length: waiters.count }, (_, index) => recordAt(waiters, index)).filter(
      (at) =>
        control.get(at + WAITER.state) !== WAITER_STATE.unused &&
        control.get(at + WAITER.thread) === this.thread,
    );
  }
}

/** Whether any thread has a pool's lock. */
export function isLocked(handle: SharedPoolHandle): boolean {
  return ((new Int32Array(handle.control)[HEADER.lock] as number) & 0xff) !== 0;
}
