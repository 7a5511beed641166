/** Keys that are remembered one by one; when there are more, nothing of the tier is trusted. */
const MOST_KEYS = 100_000;
const MOST_TAGS = 1000;

/**
 * What a tier may have that it shouldn't: entries that were written or deleted while it couldn't be reached. Nothing of
 * this is read from it until it was deleted there.
 */
export class Distrust {
  #keys = new Set<string>();
  /** With a number of their own for each time that they were distrusted. */
  #tags = new Map<string, number>();
  #isTotal = false;
  #stamp = 0;
  /** Writes by key that were given up and may still happen. */
  readonly #late = new Map<string, number>();
  /** When the last of them came to its end, for keys that aren't trusted since. */
  readonly #landed = new Map<string, number>();
  #meanwhile: Distrust | undefined;

  /** Whether there is anything to be deleted. */
  get isEmpty(): boolean {
    return !this.#isTotal && this.#keys.size === 0 && this.#tags.size === 0;
  }

  /** Whether the tier must be cleared as a whole. */
  get isTotal(): boolean {
    return this.#isTotal;
  }

  /** Whether what the tier has under a key can't be trusted. */
  covers(key: string): boolean {
    return this.#isTotal || this.#keys.has(key);
  }

  /** Whether an entry with such tags can't be trusted. */
  coversTags(tags: readonly string[]): boolean {
    return this.#tags.size > 0 && tags.some((tag) => this.#tags.has(tag));
  }

  /** Distrusts a key. */
  add(key: string): void {
    this.#meanwhile?.add(key);
    if (this.#isTotal) return;
    this.#keys.add(key);
    if (this.#keys.size > MOST_KEYS) this.addAll();
  }

  /** Distrusts all that has a tag. */
  addTag(tag: string): void {
    this.#meanwhile?.addTag(tag);
    if (this.#isTotal) return;
    this.#stamp += 1;
    this.#tags.set(tag, this.#stamp);
    if (this.#tags.size > MOST_TAGS) this.addAll();
  }

  /** Distrusts everything. */
  addAll(): void {
    this.#meanwhile?.addAll();
    this.#isTotal = true;
    this.#keys.clear();
    this.#tags.clear();
  }

  /** A write of the key was given up and may still happen. */
  addLate(key: string): void {
    this.add(key);
    this.#late.set(key, (this.#late.get(key) ?? 0) + 1);
  }

  /** A write that was given up came to its end. */
  endLate(key: string): void {
    this.add(key);
    this.#stamp += 1;
    this.#landed.set(key, this.#stamp);
    const count = (this.#late.get(key) ?? 1) - 1;
    if (count === 0) this.#late.delete(key);
    else this.#late.set(key, count);
  }

  /** The instant before a write, for `trust`. */
  get now(): number {
    return this.#stamp;
  }

  /**
   * The key was written or deleted, so what the tier has is right, unless an earlier write may still happen, or happened
   * since.
   *
   * @param key - the key
   * @param since - the instant before the write
   */
  trust(key: string, since: number): void {
    if (this.#late.has(key) || (this.#landed.get(key) ?? 0) > since) return;
    this.#keys.delete(key);
    this.#landed.delete(key);
  }

  /** The tag's entries were deleted; it stays distrusted if it became so once more meanwhile. */
  trustTag(tag: string, stamp: number): void {
    if (this.#tags.get(tag) === stamp) this.#tags.delete(tag);
  }

  /** The tier is being cleared: what is distrusted from now on will be so still when it is. */
  beginClearing(): void {
    this.#meanwhile = new Distrust();
  }

  /** The tier was cleared, or couldn't be. */
  endClearing(isCleared: boolean): void {
    const meanwhile = this.#meanwhile;
    this.#meanwhile = undefined;
    if (!isCleared || meanwhile === undefined) {
      this.addAll();
      return;
    }
    this.#keys = new Set([...meanwhile.#keys, ...this.#late.keys()]);
    for (const key of this.#landed.keys()) if (!this.#keys.has(key)) this.#landed.delete(key);
    this.#tags.clear();
    this.#isTotal = meanwhile.#isTotal;
    for (const tag of meanwhile.#tags.keys()) this.addTag(tag);
  }

  /** Keys to be deleted which no late write can bring back. */
  keys(): readonly string[] {
    return [...this.#keys].filter((key) => !this.#late.has(key));
  }

  /** Tags whose entries are to be deleted, with the number of the last time that they became distrusted. */
  tags(): readonly (readonly [string, number])[] {
    return [...this.#tags];
  }
}
