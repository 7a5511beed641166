/** Which entries have which tags, by slot. */
export class TagIndex {
  readonly #slots = new Map<string, Set<number>>();
  readonly #tags = new Map<number, readonly string[]>();

  /** Gives an entry its tags, in place of those it had. */
  set(slot: number, tags: readonly string[]): void {
    this.remove(slot);
    if (tags.length === 0) return;
    this.#tags.set(slot, tags);
    for (const tag of tags) {
      const slots = this.#slots.get(tag);
      if (slots === undefined) this.#slots.set(tag, new Set([slot]));
      else slots.add(slot);
    }
  }

  /** Takes an entry out. */
  remove(slot: number): void {
    const tags = this.#tags.get(slot);
    if (tags === undefined) return;
    this.#tags.delete(slot);
    for (const tag of tags) {
      const slots = this.#slots.get(tag);
      slots?.delete(slot);
      if (slots?.size === 0) this.#slots.delete(tag);
    }
  }

  /** Entries that have a tag. */
  slots(tag: string): readonly number[] {
    return [...(this.#slots.get(tag) ?? [])];
  }
}
