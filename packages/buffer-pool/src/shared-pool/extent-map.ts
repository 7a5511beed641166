import { type ControlLayout, EXTENT, EXTENT_STATE, HEADER, recordAt } from './control-layout.js';
import type { ControlWords } from './control-words.js';
import { popFirst, pushFirst, unlink } from './linked-list.js';

/** Blocks of so many pages and more (1 MiB) are cut from the upper end, so that small ones don't lie between them. */
const LARGE_PAGES = 256;

/**
 * Which pages of the arena are whose: a row of extents without gaps, each a block (lent or free) or wild, that is no
 * block's. Two wild ones never lie side by side.
 */
export class ExtentMap {
  readonly #control: ControlWords;
  readonly #layout: ControlLayout;

  constructor(control: ControlWords, layout: ControlLayout) {
    this.#control = control;
    this.#layout = layout;
  }

  /** Makes everything wild; for new bookkeeping. */
  initialize(): void {
    const control = this.#control;
    const { extents, pages } = this.#layout;
    for (let index = extents.count - 1; index >= 0; index -= 1) {
      pushFirst(control, HEADER.unusedExtents, recordAt(extents, index));
      control.commit();
    }
    const all = popFirst(control, HEADER.unusedExtents);
    control.set(all + EXTENT.pages, pages);
    control.set(HEADER.lowestExtent, all);
    this.#makeWild(all);
    control.commit();
  }

  /** Cuts a block out of the wild, from the smallest piece that holds it. @returns the block, in no list, or 0 */
  carve(pages: number): number {
    const control = this.#control;
    let best = 0;
    let bestPages = Number.POSITIVE_INFINITY;
    for (let at = control.get(HEADER.wild); at !== 0; at = control.get(at + EXTENT.next)) {
      const has = control.get(at + EXTENT.pages);
      if (has < pages || has >= bestPages) continue;
      best = at;
      bestPages = has;
      if (has === pages) break;
    }
    if (best === 0) return 0;
    control.add(HEADER.blocks, 1);
    if (bestPages > pages) return this.#split(best, pages);
    unlink(control, HEADER.wild, best);
    return best;
  }

  /** Makes a block that is in no list wild again, one piece with what is wild beside it. */
  dissolve(block: number): void {
    const control = this.#control;
    control.add(HEADER.blocks, -1);
    const above = control.get(block + EXTENT.above);
    if (this.#isWild(above)) {
      unlink(control, HEADER.wild, above);
      this.#absorb(block, above);
    }
    const below = control.get(block + EXTENT.below);
    if (this.#isWild(below)) this.#absorb(below, block);
    else this.#makeWild(block);
  }

  /**
   * Looks for pages that lie together and aren't lent: the shortest such run that is long enough.
   *
   * @returns its lowest extent, or 0
   */
  shortestRun(pages: number): number {
    const control = this.#control;
    let best = 0;
    let bestPages = Number.POSITIVE_INFINITY;
    let run = 0;
    let runPages = 0;
    for (let at = control.get(HEADER.lowestExtent); ; at = control.get(at + EXTENT.above)) {
      if (at === 0 || control.get(at + EXTENT.state) === EXTENT_STATE.lent) {
        if (runPages >= pages && runPages < bestPages) {
          best = run;
          bestPages = runPages;
        }
        if (at === 0) return best;
        run = 0;
        runPages = 0;
        continue;
      }
      if (run === 0) run = at;
      runPages += control.get(at + EXTENT.pages);
    }
  }

  #isWild(at: number): boolean {
    return at !== 0 && this.#control.get(at + EXTENT.state) === EXTENT_STATE.wild;
  }

  #makeWild(at: number): void {
    this.#control.set(at + EXTENT.state, EXTENT_STATE.wild);
    pushFirst(this.#control, HEADER.wild, at);
  }

  #split(wild: number, pages: number): number {
    const control = this.#control;
    const block = popFirst(control, HEADER.unusedExtents);
    const offset = control.get(wild + EXTENT.offset);
    const left = control.get(wild + EXTENT.pages) - pages;
    control.set(wild + EXTENT.pages, left);
    control.set(block + EXTENT.pages, pages);
    if (pages >= LARGE_PAGES) {
      control.set(block + EXTENT.offset, offset + left);
      this.#join(block, control.get(wild + EXTENT.above));
      this.#join(wild, block);
    } else {
      control.set(block + EXTENT.offset, offset);
      control.set(wild + EXTENT.offset, offset + pages);
      this.#join(control.get(wild + EXTENT.below), block);
      this.#join(block, wild);
    }
    return block;
  }

  /** Adds an extent to the one below it; its record is unused from now on. */
  #absorb(lower: number, upper: number): void {
    const control = this.#control;
    control.add(lower + EXTENT.pages, control.get(upper + EXTENT.pages));
    this.#join(lower, control.get(upper + EXTENT.above));
    control.set(upper + EXTENT.state, EXTENT_STATE.unused);
    pushFirst(control, HEADER.unusedExtents, upper);
  }

  #join(lower: number, upper: number): void {
    const control = this.#control;
    if (lower !== 0) control.set(lower + EXTENT.above, upper);
    else control.set(HEADER.lowestExtent, upper);
    if (upper !== 0) control.set(upper + EXTENT.below, lower);
  }
}
