/** A position of a playhead, while it is in its window or in memory. */
export interface Frame<K> {
  readonly position: number;
  readonly key: K;
  readonly name: string;
  /** What it weighs; 0 while that isn't known. */
  bytes: number;
  /** Whether memory has it. */
  isThere: boolean;
  /** Lets it go again, while it is kept from being let go. */
  unpin: (() => void) | undefined;
  /** Whether a load of it failed, or memory didn't take it. */
  hasFailed: boolean;
  /** The move at which it was wanted last. */
  wantedAt: number;
  /** The same when it left the window. */
  leftAt: number;
  /** The move at which it was shown last. */
  shownAt: number;
}

/** So many are looked at to find one to let go, if there are more. */
const SAMPLE = 64;
/** So many are remembered that were shown late. */
const MOST_PASSED = 64;

/** What a playhead knows of positions and names. */
export class FrameTable<K> {
  readonly #byPosition = new Map<number, Frame<K>>();
  readonly #byName = new Map<string, Frame<K>>();
  /** Those that memory has, in no order, and where each is, so that any of them is quickly found. */
  readonly #there: Frame<K>[] = [];
  readonly #places = new Map<Frame<K>, number>();
  /** Those that were shown without being there: their own reader may be loading them. */
  readonly #passed: Frame<K>[] = [];
  #lot = 1;

  /** What is known of a position. */
  at(position: number): Frame<K> | undefined {
    return this.#byPosition.get(position);
  }

  /** What is known of a name. */
  named(name: string): Frame<K> | undefined {
    return this.#byName.get(name);
  }

  /** Takes a position in. */
  add(position: number, key: K, name: string): Frame<K> {
    const frame: Frame<K> = {
      position,
      key,
      name,
      bytes: 0,
      isThere: false,
      unpin: undefined,
      hasFailed: false,
      wantedAt: 0,
      leftAt: 0,
      shownAt: 0,
    };
    this.#byPosition.set(position, frame);
    this.#byName.set(name, frame);
    return frame;
  }

  /** Memory has it now. */
  came(frame: Frame<K>, bytes: number): void {
    frame.bytes = bytes;
    if (frame.isThere) return;
    frame.isThere = true;
    this.#places.set(frame, this.#there.length);
    this.#there.push(frame);
  }

  /** Memory doesn't have it any more. */
  went(frame: Frame<K>): void {
    const place = this.#places.get(frame);
    if (place === undefined) return;
    frame.isThere = false;
    frame.unpin = undefined;
    this.#places.delete(frame);
    const last = this.#there.pop() as Frame<K>;
    if (last === frame) return;
    this.#there[place] = last;
    this.#places.set(last, place);
  }

  /** A position left the window. It is forgotten if memory doesn't have it, and won't soon because it was just shown. */
  leave(frame: Frame<K>): void {
    if (frame.isThere) return;
    frame.leftAt = frame.wantedAt;
    if (frame.shownAt === 0) this.#forget(frame);
    else this.#passed.push(frame);
    if (this.#passed.length > MOST_PASSED) this.#forget(this.#passed.shift() as Frame<K>);
  }

  /**
   * The frame in memory that is worth least: of all, or of a sample that is drawn alike in every run.
   *
   * @param priceOf - how little it is worth; negative if it must stay
   */
  worst(priceOf: (frame: Frame<K>) => number): Frame<K> | undefined {
    const there = this.#there;
    const isWhole = there.length <= SAMPLE;
    let worst: Frame<K> | undefined;
    let highest = -1;
    for (let count = 0; count < Math.min(SAMPLE, there.length); count += 1) {
      const frame = there[isWhole ? count : this.#draw(there.length)] as Frame<K>;
      const price = priceOf(frame);
      if (price <= highest) continue;
      highest = price;
      worst = frame;
    }
    return worst;
  }

  #forget(frame: Frame<K>): void {
    if (frame.isThere || frame.wantedAt > frame.leftAt) return;
    this.#byPosition.delete(frame.position);
    if (this.#byName.get(frame.name) === frame) this.#byName.delete(frame.name);
  }

  #draw(below: number): number {
    this.#lot = (Math.imul(this.#lot, 1_103_515_245) + 12_345) | 0;
    return (this.#lot >>> 8) % below;
  }
}
