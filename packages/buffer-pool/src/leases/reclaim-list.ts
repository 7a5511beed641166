import type { Block } from '../blocks/block.js';
import type { ReclaimRequest } from '../pool/acquire-options.js';
import { warnOfThrow } from '../pool/warn.js';

/** So many turns of the microtask queue after a lease was handed over, whoever awaited it has it. */
const TURNS_TO_HOLDER = 16;

/** Loans that can be asked back, lowest priority first, then the oldest. Each is asked once, and not before its holder has it. */
export class ReclaimList<Memory> {
  readonly #pool: string;
  readonly #loans: Block<Memory>[] = [];
  readonly #onAsked: () => void;
  readonly #onHeld: () => void;
  #order = 0;
  #bytesAsked = 0;
  #isAsking = false;

  /**
   * @param pool - its name
   * @param onAsked - told of every loan that is going to be asked back
   * @param onHeld - told when one that would have been asked back can be
   */
  constructor(pool: string, onAsked: () => void, onHeld: () => void) {
    this.#pool = pool;
    this.#onAsked = onAsked;
    this.#onHeld = onHeld;
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
    block.reclaimable = { order, onReclaim, isHeld: false, isWanted: false };
  }

  /** The holder of a loan has the lease, or gets it within this turn. */
  handOver({ reclaimable }: Block<Memory>): void {
    if (reclaimable === undefined) return;
    reclaimable.isHeld = true;
    if (reclaimable.isWanted) void this.#sayHeld();
  }

  /** The lease that could be asked back is no more: nobody is asked. */
  remove(block: Block<Memory>): void {
    const { reclaimable, priority } = block;
    if (reclaimable === undefined) return;
    this.#loans.splice(this.#place(priority, reclaimable.order), 1);
    block.reclaimable = undefined;
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
    const block = this.#loans.find(({ holders }) => holders === 1);
    if (block === undefined || block.priority >= priority || !isHeld(block)) return false;
    this.#ask(block, 'waiting', bytes - this.#bytesAsked);
    return true;
  }

  /**
   * Asks for loans whose memory is to be freed when it comes home, now or later; passes those by whose holders haven't
   * got them yet.
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
      if (bytes <= 0) return;
      const block = this.#loans.find((one) => one.holders === 1 && isHeld(one));
      if (block === undefined || block.priority > maxPriority) return;
      block.leaves = true;
      asked.push(block);
      this.#ask(block, 'trim', bytes);
    }
  }

  async #sayHeld(): Promise<void> {
    for (let turn = 0; turn < TURNS_TO_HOLDER; turn += 1) await undefined;
    this.#onHeld();
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
    const onReclaim = block.reclaimable?.onReclaim;
    this.remove(block);
    block.askedBytes = block.classBytes;
    this.#bytesAsked += block.askedBytes;
    this.#onAsked();
    this.#isAsking = true;
    try {
      const answer: unknown = onReclaim?.(Object.freeze({ pool: this.#pool, reason, bytes }));
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

/** Whether a loan can be asked back already; it is asked for again when it can. */
function isHeld({ reclaimable }: Block<unknown>): boolean {
  if (reclaimable === undefined) return false;
  reclaimable.isWanted = true;
  return reclaimable.isHeld;
}
