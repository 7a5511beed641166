import type { Clock } from '@framerail/lifecycle';
import type { EvictionPolicy } from '../../eviction/eviction-policy.js';
import { RecentUse } from './recent-use.js';

/** Uses that are noted before anybody is told of them. */
const ROW = 256;
const FIRST_SLOTS = 64;
/** Columns by slot: uses since the entry came, and the span of time of the last one. */
const WIDTH = 2;

/**
 * Uses of entries, by the policy's slot. Noting one costs next to nothing; the policy is told of them together and in
 * their order, when the row is full and before anything else is done with it (see decision 122).
 */
export class MemoryUses {
  readonly #policy: EvictionPolicy<string>;
  readonly #clock: Clock;
  readonly #recent = new RecentUse();
  readonly #row = new Uint32Array(ROW);
  #noted = 0;
  #told = 0;
  #columns = new Uint32Array(WIDTH * FIRST_SLOTS);
  /** The number of this span of time, and whether anything was used in it. */
  #span = 1;
  #isSpanUsed = false;

  /**
   * @param policy - whose slots are meant
   * @param clock - monotonic
   */
  constructor(policy: EvictionPolicy<string>, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
  }

  /** All uses until now. */
  get total(): number {
    return this.#told + this.#noted;
  }

  /** Whether there is none that the policy wasn't told of. */
  get isSettled(): boolean {
    return this.#noted === 0;
  }

  /** Notes a use of the entry that has this slot. */
  note(slot: number): void {
    const noted = this.#noted;
    this.#row[noted] = slot;
    this.#noted = noted + 1;
    if (noted === ROW - 1) this.settle();
  }

  /** Tells the policy of all uses until now. */
  settle(): void {
    const noted = this.#noted;
    if (noted === 0) return;
    this.#noted = 0;
    this.#told += noted;
    const row = this.#row;
    const columns = this.#columns;
    const span = this.#span;
    this.#policy.touchSlots(row, noted);
    for (let index = 0; index < noted; index += 1) {
      const place = WIDTH * (row[index] as number);
      columns[place] = (columns[place] as number) + 1;
      columns[place + 1] = span;
    }
    this.#isSpanUsed = true;
    if (noted === ROW) this.#note(this.#clock.now());
  }

  /** An entry came into this slot. */
  begin(slot: number): void {
    const place = WIDTH * slot;
    if (place >= this.#columns.length) {
      const grown = new Uint32Array(2 ** Math.ceil(Math.log2(place + WIDTH)));
      grown.set(this.#columns);
      this.#columns = grown;
    }
    this.#columns[place] = 0;
    this.#columns[place + 1] = this.#span;
    this.#isSpanUsed = true;
    this.#note(this.#clock.now());
  }

  /** Uses of the entry that has this slot, since it came. */
  of(slot: number): number {
    this.settle();
    return this.#columns[WIDTH * slot] as number;
  }

  /**
   * Tells which entries weren't used for a time. In doubt an entry counts as used.
   *
   * @param idleMs - the time, in milliseconds
   * @returns whether the entry that has a slot is one of them
   */
  idle(idleMs: number): (slot: number) => boolean {
    this.settle();
    const nowMs = this.#clock.now();
    const last = this.#recent.idleSince(nowMs, idleMs);
    this.#note(nowMs);
    return (slot) => (this.#columns[WIDTH * slot + 1] as number) <= last;
  }

  #note(nowMs: number): void {
    if (!this.#isSpanUsed || !this.#recent.note(this.#span, nowMs)) return;
    this.#span += 1;
    this.#isSpanUsed = false;
  }
}
