/** Keys that are remembered one by one; when there are more, nothing of the tier is trusted. */
const MOST_KEYS = 100_000;
const MOST_TAGS = 1000;

/**
 * What a tier may have that it shouldn't: entries that were written or deleted while it couldn't be reached. Nothing of
 * this is read from it until it was deleted there. Each thing that is distrusted has the instant at which it became so,
 * for what was written after that isn't meant.
 */
export class Distrust {
  readonly #keys = new Map<string, number>();
  readonly #tags = new Map<string, number>();
  /** 0: not everything. */
  #total = 0;
  #stamp = 0;
  /** Writes by key that were given up and may still happen. */
  readonly #late = new Map<string, number>();
  /** When the last of them came to its end, for keys that aren't trusted since. */
  readonly #landed = new Map<string, number>();

  /** Whether there is anything to be deleted. */
  get isEmpty(): boolean {
    return this.#total === 0 && this.#keys.size === 0 && this.#tags.size === 0;
  }

  /** Whether the tier must be cleared as a whole. */
  get isTotal(): boolean {
    return this.#total > 0;
  }

  /** Whether what the tier has under a key can't be trusted. */
  covers(key: string): boolean {
    return this.isTotal || this.#keys.has(key);
  }

  /** Whether an entry with such tags can't be trusted. */
  coversTags(tags: readonly string[]): boolean {
    return this.#tags.size > 0 && tags.some((tag) => this.#tags.has(tag));
  }

  /** Whether what has such tags is still to be deleted, whatever its key. */
  claims(tags: readonly string[]): boolean {
    return this.isTotal || this.coversTags(tags);
  }

  /** Whether something with such tags was given before it was said to go. */
  isOver(since: number, tags: readonly string[]): boolean {
    if (since < this.#total) return true;
    return this.#tags.size > 0 && tags.some((tag) => since < (this.#tags.get(tag) ?? 0));
  }

  /** Distrusts a key. */
  add(key: string): void {
    this.#stamp += 1;
    this.#keys.set(key, this.#stamp);
    if (this.#keys.size > MOST_KEYS) this.addAll();
  }

  /** Distrusts all that has a tag. */
  addTag(tag: string): void {
    this.#stamp += 1;
    this.#tags.set(tag, this.#stamp);
    if (this.#tags.size > MOST_TAGS) this.addAll();
  }

  /** Distrusts everything. */
  addAll(): void {
    this.#stamp += 1;
    this.#total = this.#stamp;
    this.#keys.clear();
    this.#tags.clear();
  }

  /** A write of the key was given up and may still happen, until `late` settles. @returns settles then */
  async addLate(key: string, late: Promise<void>): Promise<void> {
    this.add(key);
    this.#late.set(key, (this.#late.get(key) ?? 0) + 1);
    await late;
    this.add(key);
    this.#landed.set(key, this.#stamp);
    const count = (this.#late.get(key) ?? 1) - 1;
    if (count === 0) this.#late.delete(key);
    else this.#late.set(key, count);
  }

  /** This instant. */
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

  /** Whether a tag is distrusted since that instant. */
  hasTag(tag: string, since: number): boolean {
    return this.#tags.get(tag) === since;
  }

  /** The tag's entries were deleted; it stays distrusted if it became so once more meanwhile. */
  trustTag(tag: string, since: number): void {
    if (this.hasTag(tag, since)) this.#tags.delete(tag);
  }

  /** The tier was cleared; what became distrusted after the instant at which that was its turn stays so. */
  trustAll(since: number): void {
    if (this.#total <= since) this.#total = 0;
    for (const [key, at] of this.#keys) {
      if (at > since || this.#late.has(key)) continue;
      this.#keys.delete(key);
      this.#landed.delete(key);
    }
    for (const [tag, at] of this.#tags) if (at <= since) this.#tags.delete(tag);
    for (const key of this.#late.keys()) if (!this.#keys.has(key)) this.add(key);
  }

  /** Keys to be deleted which no late write can bring back. */
  keys(): readonly string[] {
    return [...this.#keys.keys()].filter((key) => !this.#late.has(key));
  }

  /** Tags whose entries are to be deleted, with the last instant at which they became distrusted. */
  tags(): readonly (readonly [string, number])[] {
    return [...this.#tags];
  }
}
