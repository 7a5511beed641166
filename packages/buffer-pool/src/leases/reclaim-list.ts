import type { Block } from '../blocks/block.js';
import type { ReclaimRequest } from '../pool/acquire-options.js';
import { warnOfThrow } from '../pool/warn.js';
import type { Reclaimable } from './reclaimable.js';

/** So many turns of the microtask queue after a promise brought a lease, whoever awaited it has it. */
const TURNS_TO_HOLDER = 16;

/** Loans that can be asked back, lowest priority first, then the oldest. Each is asked once. */
export class ReclaimList<Memory> {
  readonly #pool: string;
  readonly #loans: Block<Memory>[] = [];
  readonly #onAsked: () => void;
  #order = 0;
  #bytesAsked = 0;
  #isAsking = false;

  /**
   * @param pool - its name
   * @param onAsked - told of every loan that is going to be asked back
   */
  constructor(pool: string, onAsked: () => void) {
    this.#pool = pool;
    this.#onAsked = onAsked;
  }

  /** Bytes that were asked back and have not come home. */
  get bytesAsked(): number {
    return this.#bytesAsked;
  }

  /** Takes in the loan of a block. */
  add(block: Block<Memory>, onReclaim: (request: ReclaimRequest) => void): void {
    const order = this.#order;
    this.#order += 1;
    this.#loans.splice(this.#place(block.priority, order), 0, block);
    block.reclaimable = { order, onReclaim, isHeld: false, asked: undefined };
  }

  /** Its holder has the lease of a loan, or gets it within this turn. What was asked already is told soon after. */
  handOver(block: Block<Memory>): void {
    if (block.reclaimable !== undefined) block.reclaimable.isHeld = true;
    if (block.askedEarly !== undefined) void this.#tellLater(block, block.askedEarly);
  }

  /** The lease that could be asked back is no more: nobody is asked. */
  remove(block: Block<Memory>): void {
    const { reclaimable, priority } = block;
    block.askedEarly = undefined;
    if (reclaimable === undefined) return;
    this.#loans.splice(this.#place(priority, reclaimable.order), 1);
    block.reclaimable = undefined;
  }

  /** A block has come home. */
  settle(block: Block<Memory>): void {
    this.remove(block);
    this.#bytesAsked -= block.askedBytes;
    block.askedBytes = 0;
  }

  /**
   * Asks for one loan of a lower priority, if what has been asked back doesn't suffice for somebody who waits.
   *
   * @param bytes - how much more has to come home
   * @param priority - of whoever waits
   * @returns whether one was asked, so that things may stand differently
   */
  askFor(bytes: number, priority: number): boolean {
    // Who is asked may release, which serves the line and leads here again: whoever asks already goes on asking.
    if (this.#isAsking || bytes <= this.#bytesAsked) return false;
    const block = this.#next((other) => other < priority);
    if (block === undefined) return false;
    this.#ask(block, 'waiting', bytes - this.#bytesAsked);
    return true;
  }

  /**
   * Asks for loans whose memory is to be freed when it comes home, now or later.
   *
   * @param wanted - bytes that have not been freed yet
   * @param maxPriority - the highest that is asked
   */
  askToFree(wanted: () => number, maxPriority: number): void {
    if (this.#isAsking) return;
    let asked: Block<Memory>[] = [];
    for (;;) {
      asked = asked.filter(({ askedBytes }) => askedBytes > 0);
      const bytes = wanted() - asked.reduce((sum, { askedBytes }) => sum + askedBytes, 0);
      const block = bytes > 0 ? this.#next((priority) => priority <= maxPriority) : undefined;
      if (block === undefined) return;
      block.leaves = true;
      asked.push(block);
      this.#ask(block, 'trim', bytes);
    }
  }

  /** The next loan that is wanted. Memory that has other holders would not come back: these aren't asked. */
  #next(isWanted: (priority: number) => boolean): Block<Memory> | undefined {
    const block = this.#loans.find(({ holders }) => holders === 1);
    return block !== undefined && isWanted(block.priority) ? block : undefined;
  }

  /** Where a loan stands, or would. */
  #place(priority: number, order: number): number {
    const loans = this.#loans;
    let low = 0;
    let high = loans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = loans[middle] as Block<Memory>;
      const otherOrder = other.reclaimable?.order ?? 0;
      const isBefore = other.priority === priority ? otherOrder < order : other.priority < priority;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #ask(block: Block<Memory>, reason: ReclaimRequest['reason'], bytes: number): void {
    const { reclaimable } = block;
    if (reclaimable === undefined) return;
    this.remove(block);
    block.askedBytes = block.classBytes;
    this.#bytesAsked += block.askedBytes;
    this.#onAsked();
    reclaimable.asked = Object.freeze({ pool: this.#pool, reason, bytes });
    if (!reclaimable.isHeld) {
      block.askedEarly = reclaimable;
      return;
    }
    this.#isAsking = true;
    try {
      this.#tell(reclaimable);
    } finally {
      this.#isAsking = false;
    }
  }

  /** Tells a holder what was asked before it had the lease, if it has it still. */
  async #tellLater(block: Block<Memory>, reclaimable: Reclaimable): Promise<void> {
    for (let turn = 0; turn < TURNS_TO_HOLDER; turn += 1) await undefined;
    if (block.askedEarly !== reclaimable) return;
    block.askedEarly = undefined;
    this.#tell(reclaimable);
  }

  #tell({ onReclaim, asked }: Reclaimable): void {
    if (asked === undefined) return;
    try {
      const answer: unknown = onReclaim(asked);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.#warn(error));
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    warnOfThrow(this.#pool, 'onReclaim', error);
  }
}
