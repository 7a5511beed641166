/** Entries by when they are asked for next, the last of them at hand: a binary heap that knows where each one is. */
export class NextUseHeap {
  readonly #heap: Int32Array;
  readonly #place: Int32Array;
  readonly #next: Int32Array;
  #size = 0;

  /** @param entries - ids are below this */
  constructor(entries: number) {
    this.#heap = new Int32Array(entries);
    this.#place = new Int32Array(entries).fill(-1);
    this.#next = new Int32Array(entries);
  }

  /** Adds an entry that isn't there. */
  add(id: number, next: number): void {
    this.#next[id] = next;
    this.#size += 1;
    this.#rise(this.#size - 1, id);
  }

  /** The entry that is asked for last. There must be one. */
  last(): number {
    return this.#heap[0] as number;
  }

  /** Takes an entry out that is there. */
  remove(id: number): void {
    const place = this.#place[id] as number;
    this.#place[id] = -1;
    this.#size -= 1;
    if (place === this.#size) return;
    const moved = this.#heap[this.#size] as number;
    this.#sink(place, moved);
    if (this.#place[moved] === place) this.#rise(place, moved);
  }

  #rise(from: number, id: number): void {
    const [heap, next] = [this.#heap, this.#next];
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as number;
      if ((next[parent] as number) >= (next[id] as number)) break;
      this.#put(place, parent);
      place = above;
    }
    this.#put(place, id);
  }

  #sink(from: number, id: number): void {
    const [heap, next] = [this.#heap, this.#next];
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#size) break;
      const right = below + 1;
      if (
        right < this.#size &&
        (next[heap[right] as number] as number) > (next[heap[below] as number] as number)
      )
        below = right;
      const child = heap[below] as number;
      if ((next[child] as number) <= (next[id] as number)) break;
      this.#put(place, child);
      place = below;
    }
    this.#put(place, id);
  }

  #put(place: number, id: number): void {
    this.#heap[place] = id;
    this.#place[id] = place;
  }
}
