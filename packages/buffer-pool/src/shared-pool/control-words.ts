import { HEADER, JOURNAL_ENTRIES, JOURNAL_ENTRY_WORDS } from './control-layout.js';

/**
 * The bookkeeping's words. Whoever has the lock reads and changes them, and every change goes through here: the journal
 * has what was there before, so that a step that its thread didn't live to finish can be undone by another one.
 *
 * The journal is written with plain stores. A thread is ended between two operations of its program, never in the middle
 * of one, and what it stored until then is in memory; a processor's order doesn't matter, since whoever undoes has been
 * told that the thread is gone.
 */
export class ControlWords {
  /** For atomic operations, which aren't journalled. */
  readonly words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #journal: number;

  /**
   * @param control - the bookkeeping's memory
   * @param journal - word of the journal's first entry
   */
  constructor(control: SharedArrayBuffer, journal: number) {
    this.words = new Int32Array(control);
    this.#numbers = new Float64Array(control);
    this.#journal = journal;
  }

  get(at: number): number {
    return this.words[at] as number;
  }

  set(at: number, value: number): void {
    if (this.words[at] === value) return;
    this.#keep(at);
    this.words[at] = value;
  }

  add(at: number, by: number): void {
    this.#keep(at);
    this.words[at] = (this.words[at] as number) + by;
  }

  /** A number that is given by the word where it begins, which is even. */
  numberAt(at: number): number {
    return this.#numbers[at >>> 1] as number;
  }

  setNumberAt(at: number, value: number): void {
    const numbers = this.#numbers;
    const old = numbers[at >>> 1] as number;
    if (old === value) return;
    const entry = this.#nextEntry();
    this.words[entry] = -at;
    numbers[(entry >>> 1) + 1] = old;
    this.#entryIsMade();
    numbers[at >>> 1] = value;
  }

  addNumberAt(at: number, by: number): void {
    this.setNumberAt(at, this.numberAt(at) + by);
  }

  /** A number of the header. */
  total(index: number): number {
    return this.#numbers[index] as number;
  }

  setTotal(index: number, value: number): void {
    this.setNumberAt(2 * index, value);
  }

  addTotal(index: number, by: number): void {
    this.setNumberAt(2 * index, this.total(index) + by);
  }

  raiseTotal(index: number, to: number): void {
    if (to > this.total(index)) this.setTotal(index, to);
  }

  /** Ends a step: what it changed stays. */
  commit(): void {
    this.words[HEADER.journalLength] = 0;
  }

  /** Takes back what the unfinished step changed, whichever thread made it. Harmless when repeated. */
  undo(): void {
    const { words } = this;
    for (let index = this.get(HEADER.journalLength) - 1; index >= 0; index -= 1) {
      const entry = this.#journal + JOURNAL_ENTRY_WORDS * index;
      const at = this.get(entry);
      if (at >= 0) words[at] = this.get(entry + 2);
      else this.#numbers[-at >>> 1] = this.numberAt(entry + 2);
    }
    this.commit();
  }

  #keep(at: number): void {
    const { words } = this;
    const entry = this.#nextEntry();
    words[entry] = at;
    words[entry + 2] = words[at] as number;
    this.#entryIsMade();
  }

  /** Where the next entry goes: the place that it is about (negative for numbers), then what was there. */
  #nextEntry(): number {
    const entries = this.words[HEADER.journalLength] as number;
    if (entries < JOURNAL_ENTRIES) return this.#journal + JOURNAL_ENTRY_WORDS * entries;
    throw new RangeError(`Expected a step of at most ${JOURNAL_ENTRIES} changes to a shared pool's books`);
  }

  /** Only now does `undo` see it. */
  #entryIsMade(): void {
    this.words[HEADER.journalLength] = (this.words[HEADER.journalLength] as number) + 1;
  }
}
