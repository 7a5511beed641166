import { CLASS, type ControlLayout, recordAt, TOTAL } from './control-layout.js';
import type { ControlWords } from './control-words.js';

/** The sizes of blocks that there are, each with its counts and its free blocks. */
export class ClassTable {
  readonly #control: ControlWords;
  readonly #layout: ControlLayout;
  /** Where a size was last found; checked, since a record without blocks may have been given to another size. */
  readonly #found = new Map<number, number>();
  #lastPages = 0;
  #last = 0;

  constructor(control: ControlWords, layout: ControlLayout) {
    this.#control = control;
    this.#layout = layout;
  }

  /** The record of a size. @returns 0 if it has none */
  find(pages: number): number {
    if (pages === this.#lastPages && this.#control.get(this.#last + CLASS.pages) === pages) return this.#last;
    const known = this.#found.get(pages);
    const at =
      known !== undefined && this.#control.get(known + CLASS.pages) === pages ? known : this.#search(pages);
    if (at !== 0) this.#remember(pages, at);
    return at;
  }

  /** The record of a size, made if it has none. */
  ensure(pages: number): number {
    const control = this.#control;
    const found = this.find(pages);
    if (found !== 0) return found;
    const at = this.#search(0) || this.#searchEmpty();
    control.addTotal(TOTAL.hits, control.numberAt(at + CLASS.hits));
    control.addTotal(TOTAL.misses, control.numberAt(at + CLASS.misses));
    control.set(at + CLASS.pages, pages);
    control.setNumberAt(at + CLASS.hits, 0);
    control.setNumberAt(at + CLASS.misses, 0);
    control.setNumberAt(at + CLASS.requested, 0);
    this.#remember(pages, at);
    return at;
  }

  /** All records in use. */
  all(): number[] {
    const { classes } = this.#layout;
    const all: number[] = [];
    for (let index = 0; index < classes.count; index += 1) {
      const at = recordAt(classes, index);
      if (this.#control.get(at + CLASS.pages) === 0) break;
      all.push(at);
    }
    return all;
  }

  #remember(pages: number, at: number): void {
    if (this.#found.size >= this.#layout.classes.count) this.#found.clear();
    this.#found.set(pages, at);
    this.#lastPages = pages;
    this.#last = at;
  }

  /** @returns 0 if there is no such record; for 0 pages, one that is unused */
  #search(pages: number): number {
    const { classes } = this.#layout;
    for (let index = 0; index < classes.count; index += 1) {
      const at = recordAt(classes, index);
      const has = this.#control.get(at + CLASS.pages);
      if (has === pages) return at;
      // Records are taken into use from the first on.
      if (has === 0) return 0;
    }
    return 0;
  }

  /** A record whose size has no blocks; there are more records than there can be blocks. */
  #searchEmpty(): number {
    const control = this.#control;
    const isEmpty = (at: number) => control.get(at + CLASS.lent) === 0 && control.get(at + CLASS.free) === 0;
    return this.all().find(isEmpty) as number;
  }
}
