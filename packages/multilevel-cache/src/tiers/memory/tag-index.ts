/** Which keys have which tags. */
export class TagIndex {
  readonly #keys = new Map<string, Set<string>>();

  /** Adds a key under its tags. */
  add(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag);
      if (keys === undefined) this.#keys.set(tag, new Set([key]));
      else keys.add(key);
    }
  }

  /** Takes a key out of its tags. */
  remove(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keys.delete(tag);
    }
  }

  /** The keys that have a tag. */
  keys(tag: string): readonly string[] {
    return [...(this.#keys.get(tag) ?? [])];
  }
}
