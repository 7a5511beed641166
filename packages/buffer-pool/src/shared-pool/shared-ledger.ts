import { BlockStock, type Idle } from './block-stock.js';
import {
  CLASS,
  type ControlLayout,
  EXTENT,
  EXTENT_STATE,
  FLAG,
  HEADER,
  PAGE_BYTES,
  THREAD,
  TOTAL,
  WAITER,
  WAITER_STATE,
} from './control-layout.js';
import { ControlLock } from './control-lock.js';
import { ControlWords } from './control-words.js';
import { pushFirst, unlink } from './linked-list.js';
import { OwnerTable } from './owner-table.js';
import { SharedLine, type SharedRequest } from './shared-line.js';
import { ThreadTable } from './thread-table.js';

/**
 * The bookkeeping of a shared pool, as one thread sees it. Between {@link SharedLedger.enter} and
 * {@link SharedLedger.leave} that thread has it to itself.
 *
 * Every method is a row of steps, each complete when it commits; a thread that ends within a step leaves a journal from
 * which {@link SharedLedger.takeOver} undoes it.
 */
export class SharedLedger {
  readonly control: ControlWords;
  readonly threads: ThreadTable;
  readonly owners: OwnerTable;
  readonly stock: BlockStock;
  readonly line: SharedLine;
  readonly lock: ControlLock;
  readonly #words: Int32Array;
  readonly #thread: number;
  #toWake: number[] = [];

  constructor(control: SharedArrayBuffer, layout: ControlLayout, thread: number) {
    this.control = new ControlWords(control, layout.journal);
    this.#words = this.control.words;
    this.threads = new ThreadTable(this.control.words, layout);
    this.owners = new OwnerTable(this.control, layout);
    this.stock = new BlockStock(this.control, layout);
    this.line = new SharedLine(this.control, layout);
    this.lock = new ControlLock(this.control.words, thread);
    this.#thread = thread;
  }

  get thread(): number {
    return this.#thread;
  }

  get isClosed(): boolean {
    return Atomics.load(this.#words, HEADER.closed) !== 0;
  }

  /** Takes the bookkeeping. @returns `false` if a thread that may be dead has it */
  enter(): boolean {
    return this.lock.enter();
  }

  /** Gives the bookkeeping back, with what was done complete, and tells those about whom something was decided. */
  leave(): void {
    this.control.commit();
    this.lock.leave();
    if (this.#toWake.length === 0) return;
    const woken = this.#toWake;
    this.#toWake = [];
    for (const thread of woken) this.threads.wake(thread);
  }

  /** Takes the bookkeeping from a thread that has ended and undoes its unfinished step. @returns whether it had it */
  takeOver(thread: number): boolean {
    if (!this.lock.takeOver(thread)) return false;
    this.control.undo();
    return true;
  }

  /** Whether the budget has room, be there a place or not. While nothing is lent the limit doesn't count. */
  fits(pages: number): boolean {
    const { control } = this;
    const bytes = control.total(TOTAL.bytesInUse) + pages * PAGE_BYTES;
    return bytes <= control.total(TOTAL.limitBytes) || control.total(TOTAL.bytesInUse) === 0;
  }

  /** Lends a block to a thread. To be called with nothing half done. @returns 0 if there is none */
  lend(request: SharedRequest, thread: number): number {
    const { control } = this;
    const { pages, byteLength } = request;
    if (!this.fits(pages)) return 0;
    const block = this.stock.take(pages);
    if (block === 0) return 0;
    control.set(block + EXTENT.state, EXTENT_STATE.lent);
    control.set(block + EXTENT.thread, thread);
    control.set(block + EXTENT.owner, request.owner);
    control.setNumberAt(block + EXTENT.priority, request.priority);
    control.set(block + EXTENT.flags, request.flags);
    control.setNumberAt(block + EXTENT.requested, byteLength);
    if (request.flags !== 0) {
      control.addTotal(TOTAL.order, 1);
      control.setNumberAt(block + EXTENT.order, control.total(TOTAL.order));
      control.add(HEADER.reclaimable, 1);
    }
    pushFirst(control, this.threads.recordOf(thread) + THREAD.lent, block);
    this.#count(block, 1);
    control.raiseTotal(TOTAL.peakBytesInUse, control.total(TOTAL.bytesInUse));
    control.raiseTotal(TOTAL.peakBytes, control.total(TOTAL.bytesInUse) + control.total(TOTAL.bytesFree));
    return block;
  }

  /** Takes a block back, as far as the bounds on free memory let it stay one, and serves the line. */
  giveBack(block: number, nowMs: number): void {
    const { control } = this;
    const thread = control.get(block + EXTENT.thread);
    unlink(control, this.threads.recordOf(thread) + THREAD.lent, block);
    this.#count(block, -1);
    const flags = control.get(block + EXTENT.flags);
    if (flags !== 0) control.add(HEADER.reclaimable, -1);
    if ((flags & FLAG.askedBack) !== 0) control.addTotal(TOTAL.bytesAsked, -this.stock.bytesOf(block));
    control.set(block + EXTENT.flags, 0);
    this.stock.put(block, nowMs);
    control.commit();
    this.#keepBounds();
    this.serve();
  }

  /** Serves the line as far as memory goes; stops at the first who can't be served, whom nobody overtakes. */
  serve(): void {
    const { control, line } = this;
    for (let head = line.head; head !== 0; head = line.head) {
      const thread = control.get(head + WAITER.thread);
      const block = this.lend(this.#requestOf(head), thread);
      if (block === 0) {
        this.#askFor(head);
        return;
      }
      this.#settle(head, WAITER_STATE.granted, block);
    }
  }

  /** Lends to a request that doesn't wait. @returns 0 if it would have to */
  lendAtOnce(request: SharedRequest, nowMs: () => number): number {
    const { line } = this;
    if (line.head === 0) return this.lend(request, this.#thread);
    if (line.isAheadOf(request.priority, nowMs())) return 0;
    const block = this.lend(request, this.#thread);
    this.control.commit();
    // Who was passed by may have to ask for more now.
    this.serve();
    return block;
  }

  /** Ends every wait, of all threads. */
  refuseAll(state: number): void {
    for (let head = this.line.head; head !== 0; head = this.line.head) this.#settle(head, state, 0);
  }

  /** Lets no more than so many bytes be lent. */
  limit(bytes: number): void {
    this.control.setTotal(TOTAL.limitBytes, bytes);
    this.control.commit();
    this.#keepBounds();
    this.serve();
  }

  /** Makes free blocks wild. @returns the bytes */
  trim(bytes: number, idle: Idle): number {
    const gone = this.stock.trim(bytes, idle);
    this.serve();
    return gone;
  }

  /** Takes a request out, waiting or decided; a block that it was given goes back. */
  withdraw(waiter: number, nowMs: number): void {
    const { control, line } = this;
    const state = control.get(waiter + WAITER.state);
    const block = control.get(waiter + WAITER.block);
    if (state === WAITER_STATE.waiting) line.remove(waiter);
    else line.unsettle(waiter, this.threads.recordOf(control.get(waiter + WAITER.thread)));
    line.end(waiter, nowMs);
    control.commit();
    if (state === WAITER_STATE.granted) this.giveBack(block, nowMs);
    else this.serve();
  }

  /**
   * Chooses leases to be asked back for a request of a priority: of smaller ones, the smallest first, then the oldest.
   * Their threads are told.
   *
   * @param bytes - what is wanted
   * @param reason - 0, or `FLAG.forTrim`
   * @param isBelow - whether a lease's priority is small enough
   */
  askBack(bytes: number, reason: number, isBelow: (priority: number) => boolean): void {
    const { control } = this;
    if (control.get(HEADER.reclaimable) === 0) return;
    const candidates: number[] = [];
    for (let at = control.get(HEADER.lowestExtent); at !== 0; at = control.get(at + EXTENT.above)) {
      if (control.get(at + EXTENT.state) !== EXTENT_STATE.lent) continue;
      if (control.get(at + EXTENT.flags) !== FLAG.reclaimable) continue;
      if (isBelow(control.numberAt(at + EXTENT.priority))) candidates.push(at);
    }
    candidates.sort(
      (a, b) =>
        control.numberAt(a + EXTENT.priority) - control.numberAt(b + EXTENT.priority) ||
        control.numberAt(a + EXTENT.order) - control.numberAt(b + EXTENT.order),
    );
    let wanted = bytes;
    for (const at of candidates) {
      if (wanted <= 0) return;
      control.set(at + EXTENT.flags, FLAG.reclaimable | FLAG.askedBack | reason);
      control.setNumberAt(at + EXTENT.order, wanted);
      control.addTotal(TOTAL.bytesAsked, this.stock.bytesOf(at));
      wanted -= this.stock.bytesOf(at);
      control.addTotal(TOTAL.reclaims, 1);
      control.commit();
      this.#toWake.push(control.get(at + EXTENT.thread));
    }
  }

  /** Takes back all that a thread has: its requests, and its blocks. @returns how many blocks */
  takeBackAll(thread: number, nowMs: number): number {
    const { control, line, threads } = this;
    for (let waiter = line.anyOf(thread); waiter !== 0; waiter = line.anyOf(thread)) {
      const isWaiting = control.get(waiter + WAITER.state) === WAITER_STATE.waiting;
      if (isWaiting) line.remove(waiter);
      else line.unsettle(waiter, threads.recordOf(thread));
      line.end(waiter, nowMs);
      control.commit();
    }
    let blocks = 0;
    const lent = threads.recordOf(thread) + THREAD.lent;
    for (let block = control.get(lent); block !== 0; block = control.get(lent)) {
      blocks += 1;
      this.giveBack(block, nowMs);
    }
    this.serve();
    return blocks;
  }

  /** A decided request of this thread, taken off its list. @returns 0 if there is none */
  nextSettled(): number {
    const record = this.threads.recordOf(this.#thread);
    const waiter = this.control.get(record + THREAD.settled);
    if (waiter !== 0) this.line.unsettle(waiter, record);
    return waiter;
  }

  /** Asks leases of smaller priorities back for who is at the head, if what has been asked back doesn't suffice. */
  #askFor(waiter: number): void {
    const { control } = this;
    if (control.get(HEADER.reclaimable) === 0) return;
    const bytes = control.get(waiter + WAITER.pages) * PAGE_BYTES;
    const shortage = control.total(TOTAL.bytesInUse) + bytes - control.total(TOTAL.limitBytes);
    // Where the budget would do, the pages don't lie together: then as many as are asked for have to come.
    const wanted = (shortage > 0 ? shortage : bytes) - control.total(TOTAL.bytesAsked);
    const priority = control.numberAt(waiter + WAITER.priority);
    this.askBack(wanted, 0, (other) => other < priority);
  }

  #settle(waiter: number, state: number, block: number): void {
    const thread = this.control.get(waiter + WAITER.thread);
    this.line.settle(waiter, state, block, this.threads.recordOf(thread));
    this.control.commit();
    this.#toWake.push(thread);
  }

  #requestOf(waiter: number): SharedRequest {
    const { control } = this;
    return {
      pages: control.get(waiter + WAITER.pages),
      byteLength: control.numberAt(waiter + WAITER.byteLength),
      priority: control.numberAt(waiter + WAITER.priority),
      owner: control.get(waiter + WAITER.owner),
      flags: control.get(waiter + WAITER.flags),
    };
  }

  #count(block: number, sign: 1 | -1): void {
    const { control } = this;
    const bytes = this.stock.bytesOf(block);
    const requested = control.numberAt(block + EXTENT.requested);
    control.addTotal(TOTAL.bytesInUse, sign * bytes);
    control.addNumberAt(control.get(block + EXTENT.class) + CLASS.requested, sign * requested);
    this.owners.count(control.get(block + EXTENT.owner), sign, bytes, requested);
  }

  /** Free memory stays below its own bound, and below what the limit leaves beside what is lent. */
  #keepBounds(): void {
    const { control } = this;
    const beside = control.total(TOTAL.limitBytes) - control.total(TOTAL.bytesInUse);
    const allowed = this.isClosed ? 0 : Math.min(control.total(TOTAL.maxFreeBytes), beside);
    this.stock.keep(Math.max(0, allowed));
  }
}
