import type { ClassStats } from './cache-stats.js';

const MOST_CLASSES = 64;
const OTHER = 'other';

/** Counts by class of key, for a bounded number of classes. */
export class ClassBook<K> {
  readonly #classOf: (key: K) => string;
  readonly #classes = new Map<string, { -readonly [Name in keyof ClassStats]: ClassStats[Name] }>();

  constructor(classOf: (key: K) => string) {
    this.#classOf = classOf;
  }

  /** Counts something of a key. */
  count(key: K, what: keyof ClassStats, by = 1): void {
    this.#at(key)[what] += by;
  }

  /** The classes until now. */
  snapshot(): Readonly<Record<string, ClassStats>> {
    return Object.freeze(
      Object.fromEntries([...this.#classes].map(([name, counts]) => [name, Object.freeze({ ...counts })])),
    );
  }

  #at(key: K): { -readonly [Name in keyof ClassStats]: ClassStats[Name] } {
    const given = String(this.#classOf(key));
    const name = this.#classes.has(given) || this.#classes.size < MOST_CLASSES - 1 ? given : OTHER;
    let counts = this.#classes.get(name);
    if (counts === undefined) {
      counts = { hits: 0, misses: 0, loads: 0, bytesSet: 0 };
      this.#classes.set(name, counts);
    }
    return counts;
  }
}
