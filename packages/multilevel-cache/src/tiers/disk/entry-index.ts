const SLOT_BITS = 0x00ff_ffff;
const TAG_BITS = ~SLOT_BITS;

/** Where entries are: columns by slot, and a table from the hash of a key to its slot. Slots are the policy's. */
export class EntryIndex {
  /** Entries that there are. */
  size = 0;
  /** Hashes of keys, four words a slot. */
  hash = new Uint32Array(0);
  /** Number of the segment of an entry's record; 0: it is being written. */
  segment = new Uint32Array(0);
  /** Where the record begins. */
  offset = new Uint32Array(0);
  /** Length of the record; 0 for a slot without an entry. */
  bytes = new Uint32Array(0);
  /** When entries expire; Infinity: never. */
  expiresAtMs = new Float64Array(0);
  /** Numbers of the files of values; 0: the value is in the record. */
  fileId = new Float64Array(0);
  /** Length of a value that has a file. */
  fileBytes = new Float64Array(0);
  /** By what name the policy knows the entry. */
  policyKey = new Float64Array(0);
  /**
   * Slots by hash: open addressing with steps of one; 0: free. A slot has 24 bits; the other eight are the hash's, so that
   * a search reads hardly a hash but the one that it is for: each is a miss of the processor's cache.
   */
  #table = new Uint32Array(1024);

  /** The slot of a hash; 0 if there is none. `at` is where its four words begin. */
  find(words: Uint32Array, at = 0): number {
    const { hash } = this;
    const table = this.#table;
    const mask = table.length - 1;
    const tag = (words[at + 1] as number) & TAG_BITS;
    for (let place = (words[at] as number) & mask; ; place = (place + 1) & mask) {
      const cell = table[place] as number;
      if (cell === 0) return 0;
      if (((cell ^ tag) & TAG_BITS) !== 0) continue;
      const slot = cell & SLOT_BITS;
      const own = slot * 4;
      if (
        hash[own] === words[at] &&
        hash[own + 1] === words[at + 1] &&
        hash[own + 2] === words[at + 2] &&
        hash[own + 3] === words[at + 3]
      )
        return slot;
    }
  }

  /** Makes room for so many entries at once. */
  reserve(entries: number): void {
    if (entries >= this.bytes.length) this.#growColumns(entries + 1);
    if (entries * 2 > this.#table.length) this.#growTable(entries);
  }

  /** Gives a slot to a hash that has none. */
  add(slot: number, words: Uint32Array, at: number, policyKey: number): void {
    if (slot >= this.bytes.length) this.#growColumns(slot + 1);
    if ((this.size + 1) * 2 > this.#table.length) this.#growTable(this.size * 2);
    for (let word = 0; word < 4; word += 1) this.hash[slot * 4 + word] = words[at + word] as number;
    this.policyKey[slot] = policyKey;
    this.#enter(slot);
    this.size += 1;
  }

  /** Says where the entry of a slot is. */
  place(
    slot: number,
    record: {
      readonly segment: number;
      readonly offset: number;
      readonly bytes: number;
      readonly expiresAtMs: number;
      readonly fileId: number;
      readonly fileBytes: number;
    },
  ): void {
    this.segment[slot] = record.segment;
    this.offset[slot] = record.offset;
    this.bytes[slot] = record.bytes;
    this.expiresAtMs[slot] = record.expiresAtMs;
    this.fileId[slot] = record.fileId;
    this.fileBytes[slot] = record.fileBytes;
  }

  /** Takes the entry of a slot out. */
  remove(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let place = (this.hash[slot * 4] as number) & mask;
    while (((table[place] as number) & SLOT_BITS) !== slot) place = (place + 1) & mask;
    // What stands behind the gap moves up where its own place isn't passed by.
    for (let next = (place + 1) & mask; table[next] !== 0; next = (next + 1) & mask) {
      const home = (this.hash[((table[next] as number) & SLOT_BITS) * 4] as number) & mask;
      if (((next - home) & mask) < ((next - place) & mask)) continue;
      table[place] = table[next] as number;
      place = next;
    }
    table[place] = 0;
    this.bytes[slot] = 0;
    this.segment[slot] = 0;
    this.fileId[slot] = 0;
    this.size -= 1;
  }

  /** Slots that have an entry. */
  *slots(): Iterable<number> {
    for (let slot = 1; slot < this.bytes.length; slot += 1) if (this.bytes[slot] !== 0) yield slot;
  }

  /** The words of a slot's hash. */
  hashOf(slot: number): Uint32Array {
    return this.hash.slice(slot * 4, slot * 4 + 4);
  }

  #enter(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let place = (this.hash[slot * 4] as number) & mask;
    while (table[place] !== 0) place = (place + 1) & mask;
    table[place] = slot | ((this.hash[slot * 4 + 1] as number) & TAG_BITS);
  }

  #growTable(entries: number): void {
    this.#table = new Uint32Array(2 ** Math.ceil(Math.log2(entries * 2 + 2)));
    // By slots and not by places: so hashes are read one after the other.
    const { bytes } = this;
    for (let slot = 1; slot < bytes.length; slot += 1) if (bytes[slot] !== 0) this.#enter(slot);
  }

  #growColumns(least: number): void {
    const capacity = Math.max(1024, least, this.bytes.length * 2);
    this.hash = copied(new Uint32Array(capacity * 4), this.hash);
    this.segment = copied(new Uint32Array(capacity), this.segment);
    this.offset = copied(new Uint32Array(capacity), this.offset);
    this.bytes = copied(new Uint32Array(capacity), this.bytes);
    this.expiresAtMs = copied(new Float64Array(capacity), this.expiresAtMs);
    this.fileId = copied(new Float64Array(capacity), this.fileId);
    this.fileBytes = copied(new Float64Array(capacity), this.fileBytes);
    this.policyKey = copied(new Float64Array(capacity), this.policyKey);
  }
}

function copied<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from);
  return to;
}
