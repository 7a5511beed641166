/** Counters of four bits in a word of the table. */
const WORDS_PER_BLOCK = 16;
const FIRST_BLOCKS = 16;
/** Uses that are counted for each entry before all counters are halved. */
const SAMPLE_PER_ENTRY = 10;

/**
 * Estimates how often keys were used lately: a count-min sketch (Cormode and Muthukrishnan, 2005) of four-bit counters
 * that are halved from time to time (Einziger, Friedman, Manes: "TinyLFU", ACM TOS 13:4, 2017). The four counters of a
 * key lie in one cache line. It grows with the number of entries, and loses nothing when it does.
 */
export class FrequencySketch {
  #table = new Int32Array(FIRST_BLOCKS * WORDS_PER_BLOCK);
  #mask = FIRST_BLOCKS - 1;
  /** Uses since the last halving, those before it counted half. */
  #counted = 0;
  #sample = SAMPLE_PER_ENTRY * 2 * FIRST_BLOCKS;

  /**
   * Makes room for the frequencies of so many entries.
   *
   * @param entries - entries that the cache holds
   */
  reserve(entries: number): void {
    this.#sample = Math.max(SAMPLE_PER_ENTRY * entries, SAMPLE_PER_ENTRY * 2 * FIRST_BLOCKS);
    // Eight bytes, sixteen counters, an entry.
    while ((this.#mask + 1) * (WORDS_PER_BLOCK / 2) < entries) this.#double();
  }

  /**
   * Counts a use.
   *
   * @param hash - 32 bits of a key, well mixed
   */
  increment(hash: number): void {
    const table = this.#table;
    const block = (hash & this.#mask) * WORDS_PER_BLOCK;
    let bits = spread(hash);
    let added = 0;
    for (let row = 0; row < WORDS_PER_BLOCK; row += 4) {
      const index = block + row + (bits & 3);
      const shift = (bits & 0x1c) as number;
      const word = table[index] as number;
      if (((word >>> shift) & 15) !== 15) {
        table[index] = word + (1 << shift);
        added = 1;
      }
      bits >>>= 5;
    }
    this.#counted += added;
    if (this.#counted >= this.#sample) this.#halve();
  }

  /**
   * About how often a key was used lately; never less than it was.
   *
   * @param hash - 32 bits of a key, well mixed
   * @returns 0 to 15
   */
  frequency(hash: number): number {
    const table = this.#table;
    const block = (hash & this.#mask) * WORDS_PER_BLOCK;
    let bits = spread(hash);
    let least = 15;
    for (let row = 0; row < WORDS_PER_BLOCK; row += 4) {
      const count = ((table[block + row + (bits & 3)] as number) >>> (bits & 0x1c)) & 15;
      if (count < least) least = count;
      bits >>>= 5;
    }
    return least;
  }

  /** Forgets all. */
  clear(): void {
    this.#table.fill(0);
    this.#counted = 0;
  }

  #halve(): void {
    const table = this.#table;
    for (let index = 0; index < table.length; index += 1)
      table[index] = ((table[index] as number) >>> 1) & 0x7777_7777;
    this.#counted >>>= 1;
  }

  /** A key's block has the same low bits afterwards and one more, so both halves begin as copies. */
  #double(): void {
    const table = new Int32Array(this.#table.length * 2);
    table.set(this.#table);
    table.set(this.#table, this.#table.length);
    this.#table = table;
    this.#mask = this.#mask * 2 + 1;
  }
}

/** Other bits of the hash than those that choose the block: twenty of them are used. */
function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d) >>> 12;
}
