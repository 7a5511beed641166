/** Entries that have the very same tags. */
interface TagList {
  readonly text: string;
  readonly tags: readonly string[];
  /** One of its entries; 0 once there is none. */
  first: number;
}

/**
 * Which entries have which tags, by slot. Most entries share their tags with many others, so lists of tags have numbers,
 * and the entries of a list are linked through columns: a million of them cost no object each.
 */
export class TagIndex {
  /** Number of a slot's list; 0: no tags. */
  #listOf = new Uint32Array(0);
  #next = new Uint32Array(0);
  #prev = new Uint32Array(0);
  /** By number. */
  readonly #lists = new Map<number, TagList>();
  readonly #numbers = new Map<string, number>();
  /** Numbers of arrays that were seen lately: entries that are read from a file share theirs. */
  readonly #seen = new WeakMap<readonly string[], { readonly number: number; readonly list: TagList }>();
  /** Numbers of the lists in which a tag is. */
  readonly #byTag = new Map<string, Set<number>>();
  #lastNumber = 0;

  /** Gives an entry its tags, in place of those it had. */
  set(slot: number, tags: readonly string[]): void {
    this.remove(slot);
    if (tags.length === 0) return;
    if (slot >= this.#listOf.length) this.#grow(slot + 1);
    const { number, list } = this.#known(tags);
    this.#listOf[slot] = number;
    this.#next[slot] = list.first;
    this.#prev[slot] = 0;
    if (list.first !== 0) this.#prev[list.first] = slot;
    list.first = slot;
  }

  /** Takes an entry out. */
  remove(slot: number): void {
    const number = this.#listOf[slot] ?? 0;
    if (number === 0) return;
    this.#listOf[slot] = 0;
    const list = this.#lists.get(number) as TagList;
    const [before, after] = [this.#prev[slot] as number, this.#next[slot] as number];
    if (before === 0) list.first = after;
    else this.#next[before] = after;
    if (after !== 0) this.#prev[after] = before;
    if (list.first === 0) this.#forget(number, list);
  }

  /** Entries that have a tag. */
  slots(tag: string): readonly number[] {
    const slots: number[] = [];
    for (const number of this.#byTag.get(tag) ?? []) {
      const { first } = this.#lists.get(number) as TagList;
      for (let slot = first; slot !== 0; slot = this.#next[slot] as number) slots.push(slot);
    }
    return slots;
  }

  #known(tags: readonly string[]): { readonly number: number; readonly list: TagList } {
    const seen = this.#seen.get(tags);
    if (seen !== undefined && this.#lists.get(seen.number) === seen.list) return seen;
    const text = JSON.stringify(tags);
    let number = this.#numbers.get(text);
    let list = number === undefined ? undefined : this.#lists.get(number);
    if (number === undefined || list === undefined) {
      number = this.#lastNumber += 1;
      list = { text, tags: [...tags], first: 0 };
      this.#numbers.set(text, number);
      this.#lists.set(number, list);
      for (const tag of tags) {
        const numbers = this.#byTag.get(tag);
        if (numbers === undefined) this.#byTag.set(tag, new Set([number]));
        else numbers.add(number);
      }
    }
    const known = { number, list };
    this.#seen.set(tags, known);
    return known;
  }

  #forget(number: number, { text, tags }: TagList): void {
    this.#lists.delete(number);
    this.#numbers.delete(text);
    for (const tag of tags) {
      const numbers = this.#byTag.get(tag);
      numbers?.delete(number);
      if (numbers?.size === 0) this.#byTag.delete(tag);
    }
  }

  #grow(least: number): void {
    const capacity = Math.max(1024, least, this.#listOf.length * 2);
    this.#listOf = grown(this.#listOf, capacity);
    this.#next = grown(this.#next, capacity);
    this.#prev = grown(this.#prev, capacity);
  }
}

function grown(column: Uint32Array, capacity: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(capacity);
  larger.set(column);
  return larger;
}
