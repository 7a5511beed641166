/** What is known of the uses of a key. Times are in milliseconds since 1970. */
export interface KeyUse {
  /** Uses, from whichever tier. */
  readonly uses: number;
  /** Uses that found nothing. */
  readonly misses: number;
  /** Times that its loader ran. */
  readonly loads: number;
  /** What the last load took, in milliseconds. */
  readonly lastLoadMs: number | undefined;
  /** When it was first asked for, as far back as is known. */
  readonly firstUseMs: number;
  /** When it was last heard of, hits in memory not counted. */
  readonly lastUseMs: number;
  /** The mean time between uses, from the first to the last. */
  readonly meanIntervalMs: number | undefined;
  /** What happened to it, the latest last; at most 8. */
  readonly events: readonly KeyEvent[];
}

/** Something that happened to a key. */
export interface KeyEvent {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** What: `set`, `loaded`, `load failed`, `found in disk`, `evicted from memory`, `deleted`. */
  readonly what: string;
}

const MOST_EVENTS = 8;

interface Entry {
  uses: number;
  misses: number;
  loads: number;
  lastLoadMs: number | undefined;
  firstUseMs: number;
  lastUseMs: number;
  events: KeyEvent[];
}

/**
 * Remembers the uses of so many keys; when there are more, half of them go at once, those that were least recently heard
 * of: a `Map` that lets its first key go for each new one walks over all that went before, every time.
 */
export class KeyLog {
  /** Keys that were heard of since the last time that some went. */
  #recent = new Map<string, Entry>();
  #earlier = new Map<string, Entry>();
  readonly #maxKeys: number;
  readonly #now: () => number;

  /**
   * @param maxKeys - keys that are remembered at most; 0: none
   * @param now - milliseconds since 1970
   */
  constructor(maxKeys: number, now: () => number) {
    this.#maxKeys = maxKeys;
    this.#now = now;
  }

  /** Uses of a key that are known. */
  uses(key: string): number {
    return this.#find(key)?.uses ?? 0;
  }

  /** Counts a use of a key. */
  used(key: string): void {
    const entry = this.#at(key);
    if (entry !== undefined) entry.uses += 1;
  }

  /** Counts uses of earlier, which say nothing of now. */
  add(key: string, uses: number): void {
    const entry = uses === 0 ? undefined : (this.#find(key) ?? this.#at(key));
    if (entry !== undefined) entry.uses += uses;
  }

  /** A use found nothing. */
  missed(key: string): void {
    const entry = this.#at(key);
    if (entry !== undefined) entry.misses += 1;
  }

  /** Counts a load. */
  loaded(key: string, ms: number, what: string): void {
    const entry = this.#at(key, what);
    if (entry === undefined) return;
    entry.loads += 1;
    entry.lastLoadMs = ms;
  }

  /** Notes that something happened to a key. */
  note(key: string, what: string): void {
    this.#at(key, what);
  }

  /** What is known of a key; `undefined` if nothing is. */
  describe(key: string): KeyUse | undefined {
    const entry = this.#find(key);
    if (entry === undefined) return undefined;
    const { firstUseMs, lastUseMs, uses } = entry;
    const meanIntervalMs = uses > 1 ? (lastUseMs - firstUseMs) / (uses - 1) : undefined;
    return Object.freeze({ ...entry, meanIntervalMs, events: Object.freeze([...entry.events]) });
  }

  #find(key: string): Entry | undefined {
    return this.#recent.get(key) ?? this.#earlier.get(key);
  }

  #at(key: string, what?: string): Entry | undefined {
    if (this.#maxKeys === 0) return undefined;
    const atMs = this.#now();
    const entry = this.#recent.get(key) ?? this.#add(key, atMs);
    entry.lastUseMs = atMs;
    if (what !== undefined) {
      entry.events.push(Object.freeze({ atMs, what }));
      if (entry.events.length > MOST_EVENTS) entry.events.shift();
    }
    return entry;
  }

  /** Takes a key in among the recent ones, as it was known before. */
  #add(key: string, atMs: number): Entry {
    const known = this.#earlier.get(key);
    if (known !== undefined) this.#earlier.delete(key);
    const entry = known ?? {
      uses: 0,
      misses: 0,
      loads: 0,
      lastLoadMs: undefined,
      firstUseMs: atMs,
      lastUseMs: atMs,
      events: [],
    };
    const half = Math.max(1, Math.floor(this.#maxKeys / 2));
    if (this.#recent.size >= half) {
      this.#earlier = this.#maxKeys === 1 ? new Map() : this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, entry);
    return entry;
  }
}
