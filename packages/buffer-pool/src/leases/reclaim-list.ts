import type { Block } from '../blocks/block.js';
import type { ReclaimRequest } from '../pool/acquire-options.js';
import { warnOfThrow } from '../pool/warn.js';

/** How a loan is asked back. It doesn't hold the lease, which could not be found lost if it did. */
export interface Reclaimable<Memory> {
  readonly block: Block<Memory>;
  /** Its place in the order of loans. */
  readonly order: number;
  readonly onReclaim: (request: ReclaimRequest) => void;
}

/** Loans that can be asked back, lowest priority first, then the oldest. Each is asked once. */
export class ReclaimList<Memory> {
  readonly #pool: string;
  readonly #loans: Reclaimable<Memory>[] = [];
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
    const loan = { block, order: this.#order, onReclaim };
    this.#order += 1;
    this.#loans.splice(this.#place(block.priority, loan.order), 0, loan);
    block.reclaimable = loan;
  }

  /** The lease that could be asked back is no more: nobody is asked. */
  remove(block: Block<Memory>): void {
    const { reclaimable, priority } = block;
    if (reclaimable === undefined) return;
    block.reclaimable = undefined;
    this.#loans.splice(this.#place(priority, reclaimable.order), 1);
  }

  /** A block has come home. */
  settle(block: Block<Memory>): void {
    if (block.reclaimable !== undefined) this.remove(block);
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
    const loan = this.#next((other) => other < priority);
    if (loan === undefined) return false;
    this.#ask(loan, 'waiting', bytes - this.#bytesAsked);
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
    const asked: Block<Memory>[] = [];
    for (;;) {
      const coming = asked.reduce((sum, { askedBytes }) => sum + askedBytes, 0);
      const bytes = wanted() - coming;
      const loan = bytes > 0 ? this.#next((priority) => priority <= maxPriority) : undefined;
      if (loan === undefined) return;
      loan.block.leaves = true;
      asked.push(loan.block);
      this.#ask(loan, 'trim', bytes);
    }
  }

  /** Takes the next loan out that is wanted. Memory that has other holders would not come back: these aren't asked. */
  #next(isWanted: (priority: number) => boolean): Reclaimable<Memory> | undefined {
    const loan = this.#loans.find(({ block }) => block.holders === 1);
    if (loan === undefined || !isWanted(loan.block.priority)) return undefined;
    this.remove(loan.block);
    return loan;
  }

  /** Where a loan stands, or would. */
  #place(priority: number, order: number): number {
    const loans = this.#loans;
    let low = 0;
    let high = loans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = loans[middle] as Reclaimable<Memory>;
      const isBefore =
        other.block.priority === priority ? other.order < order : other.block.priority < priority;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #ask({ block, onReclaim }: Reclaimable<Memory>, reason: ReclaimRequest['reason'], bytes: number): void {
    block.askedBytes = block.classBytes;
    this.#bytesAsked += block.askedBytes;
    this.#onAsked();
    this.#isAsking = true;
    try {
      const answer: unknown = onReclaim(Object.freeze({ pool: this.#pool, reason, bytes }));
      if (answer instanceof Promise) answer.catch((error: unknown) => this.#warn(error));
    } catch (error) {
      this.#warn(error);
    } finally {
      this.#isAsking = false;
    }
  }

  #warn(error: unknown): void {
    warnOfThrow(this.#pool, 'onReclaim', error);
  }
}
