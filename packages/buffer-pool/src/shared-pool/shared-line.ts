import {
  type ControlLayout,
  HEADER,
  recordAt,
  THREAD,
  TOTAL,
  WAITER,
  WAITER_STATE,
} from './control-layout.js';
import type { ControlWords } from './control-words.js';
import { popFirst, pushFirst, unlink } from './linked-list.js';

/** What somebody asks for. */
export interface SharedRequest {
  readonly pages: number;
  readonly byteLength: number;
  readonly priority: number;
  /** Record of its owner. */
  readonly owner: number;
  /** Of `FLAG`. */
  readonly flags: number;
}

/**
 * Requests of all threads that wait: the largest key first, then the oldest. The key is the priority less the time of
 * asking in units of `agingMs`, so the order of two never changes while they wait, and the older one gains.
 */
export class SharedLine {
  readonly #control: ControlWords;
  readonly #layout: ControlLayout;

  constructor(control: ControlWords, layout: ControlLayout) {
    this.#control = control;
    this.#layout = layout;
  }

  /** Links the unused records; for new bookkeeping. */
  initialize(): void {
    const { waiters } = this.#layout;
    for (let index = waiters.count - 1; index >= 0; index -= 1) {
      pushFirst(this.#control, HEADER.unusedWaiters, recordAt(waiters, index));
      this.#control.commit();
    }
  }

  /** Who is next. @returns 0 if nobody waits */
  get head(): number {
    return this.#control.get(HEADER.lineFirst);
  }

  /** Whether somebody waits who comes before a request that is made now. */
  isAheadOf(priority: number, nowMs: number): boolean {
    const { head } = this;
    return head !== 0 && this.#control.numberAt(head + WAITER.key) >= this.#keyOf(priority, nowMs);
  }

  /** Puts a request in the line. @returns 0 if no more may wait */
  add(request: SharedRequest, thread: number, nowMs: number): number {
    const control = this.#control;
    const at = popFirst(control, HEADER.unusedWaiters);
    if (at === 0) return 0;
    const key = this.#keyOf(request.priority, nowMs);
    control.set(at + WAITER.state, WAITER_STATE.waiting);
    control.set(at + WAITER.thread, thread);
    control.set(at + WAITER.pages, request.pages);
    control.set(at + WAITER.block, 0);
    control.setNumberAt(at + WAITER.priority, request.priority);
    control.set(at + WAITER.owner, request.owner);
    control.set(at + WAITER.flags, request.flags);
    control.setNumberAt(at + WAITER.key, key);
    control.setNumberAt(at + WAITER.byteLength, request.byteLength);
    control.setNumberAt(at + WAITER.sinceMs, nowMs);
    let before = control.get(HEADER.lineLast);
    while (before !== 0 && control.numberAt(before + WAITER.key) < key)
      before = control.get(before + WAITER.prev);
    this.#insertAfter(before, at);
    control.add(HEADER.waiting, 1);
    control.addTotal(TOTAL.waits, 1);
    control.raiseTotal(TOTAL.peakWaiting, control.get(HEADER.waiting));
    return at;
  }

  /** Takes a request out of the line; its record stays its own. */
  remove(at: number): void {
    const control = this.#control;
    const prev = control.get(at + WAITER.prev);
    const next = control.get(at + WAITER.next);
    control.set(prev === 0 ? HEADER.lineFirst : prev + WAITER.next, next);
    control.set(next === 0 ? HEADER.lineLast : next + WAITER.prev, prev);
    control.add(HEADER.waiting, -1);
  }

  /** Takes a request out of the line and leaves it, decided, to its thread. */
  settle(at: number, state: number, block: number, threadRecord: number): void {
    this.remove(at);
    this.#control.set(at + WAITER.state, state);
    this.#control.set(at + WAITER.block, block);
    pushFirst(this.#control, threadRecord + THREAD.settled, at);
  }

  /** Takes a decided request off its thread's list. */
  unsettle(at: number, threadRecord: number): void {
    unlink(this.#control, threadRecord + THREAD.settled, at);
  }

  /** Ends a request that is in no list, and counts how long it waited. */
  end(at: number, nowMs: number): void {
    const control = this.#control;
    const waitedMs = Math.max(0, nowMs - control.numberAt(at + WAITER.sinceMs));
    control.addTotal(TOTAL.waitedMs, waitedMs);
    control.raiseTotal(TOTAL.longestWaitMs, waitedMs);
    control.set(at + WAITER.state, WAITER_STATE.unused);
    pushFirst(control, HEADER.unusedWaiters, at);
  }

  /** Any request of a thread, waiting or decided. @returns 0 if it has none */
  anyOf(thread: number): number {
    const control = this.#control;
    const { waiters } = this.#layout;
    for (let index = 0; index < waiters.count; index += 1) {
      const at = recordAt(waiters, index);
      if (
        control.get(at + WAITER.state) !== WAITER_STATE.unused &&
        control.get(at + WAITER.thread) === thread
      )
        return at;
    }
    return 0;
  }

  #keyOf(priority: number, nowMs: number): number {
    return priority - nowMs / this.#control.total(TOTAL.agingMs);
  }

  #insertAfter(before: number, at: number): void {
    const control = this.#control;
    const after = control.get(before === 0 ? HEADER.lineFirst : before + WAITER.next);
    control.set(at + WAITER.prev, before);
    control.set(at + WAITER.next, after);
    control.set(before === 0 ? HEADER.lineFirst : before + WAITER.next, at);
    control.set(after === 0 ? HEADER.lineLast : after + WAITER.prev, at);
  }
}
