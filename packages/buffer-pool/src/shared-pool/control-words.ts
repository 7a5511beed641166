import { HEADER, JOURNAL_ENTRIES } from './control-layout.js';

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
    this.#keep(at);
    this.#keep(at + 1);
    this.#numbers[at >>> 1] = value;
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
    for (let entry = this.get(HEADER.journalLength) - 1; entry >= 0; entry -= 1) {
      const at = this.#journal + 2 * entry;
      words[words[at] as number] = words[at + 1] as number;
    }
    this.commit();
  }

  #keep(at: number): void {
    const { words } = this;
    const entries = words[HEADER.journalLength] as number;
    if (entries >= JOURNAL_ENTRIES) {
      throw new RangeError(
        `A step of a shared pool changed more than the ${JOURNAL_ENTRIES} words of its journal`,
      );
    }
    const entry = this.#journal + 2 * entries;
    words[entry] = at;
    words[entry + 1] = words[at] as number;
    words[HEADER.journalLength] = entries + 1;
  }
}
