// What a store may answer, by what its writers said.
import type { ByteTier } from '@framerail/multilevel-cache';
import { keyOf, versionOf } from './values.ts';

/** What a look into a store found. */
export interface Findings {
  /** Entries that were asked for. */
  asked: number;
  /** Answers that were never stored, or not any more: wrong bytes, and values that were replaced or deleted. */
  wrong: number;
  /** Entries that were acknowledged and are gone. */
  lost: number;
}

/** The versions that a key may have; 0: it may be gone. */
export class Ledger {
  /** Highest version that any writer used. */
  lastVersion = 0;
  readonly #allowed = new Map<number, Set<number>>();
  readonly #keys: number;

  constructor(keys: number) {
    this.#keys = keys;
  }

  /** Takes the lines of a writer that ran alone, in their order. */
  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [word, key = Number.NaN, version = Number.NaN] = line
        .split(' ')
        .map((part, at) => (at ? Number(part) : part)) as [string, number, number];
      this.lastVersion = Math.max(this.lastVersion, version || 0);
      if (word === 'try') this.#of(key).add(version);
      // What was refused took the earlier one with it.
      else if (word === 'ack' || word === 'no')
        this.#allowed.set(key, new Set([word === 'ack' ? version : 0]));
    }
  }

  /** A key's entry may be gone, too. */
  allowNone(key: number): void {
    this.#of(key).add(0);
  }

  /**
   * Asks a store for every key, and takes what it answers for what it has from now on.
   *
   * @param tier the store
   * @param mayEvict whether it may have let entries go; those that it opened without may be there the next time
   */
  async check(tier: ByteTier, mayEvict = false): Promise<Findings> {
    const findings = { asked: this.#keys, wrong: 0, lost: 0 };
    const all = Array.from({ length: this.#keys }, (_, key) => tier.get(keyOf(key)));
    for (const [key, entry] of (await Promise.all(all)).entries()) {
      const version = entry === undefined ? 0 : versionOf(key, entry);
      const allowed = this.#of(key);
      if (version === undefined || (version !== 0 && !allowed.has(version))) findings.wrong += 1;
      else if (!allowed.has(version) && !mayEvict) findings.lost += 1;
      if (version === 0 && mayEvict) continue;
      this.#allowed.set(key, new Set([version ?? 0]));
    }
    return findings;
  }

  /**
   * What a store may answer that two writers wrote to at once: a key may have what either acknowledged last, or tried
   * after it, since who came last isn't known.
   */
  static ofBoth(keys: number, lines: readonly (readonly string[])[]): Ledger {
    const both = new Ledger(keys);
    for (const some of lines) {
      const own = new Ledger(keys);
      own.take(some);
      for (const [key, versions] of own.#allowed) {
        const merged = both.#allowed.get(key) ?? new Set();
        for (const version of versions) merged.add(version);
        both.#allowed.set(key, merged);
      }
    }
    return both;
  }

  /** A copy, to ask several stores with. */
  copy(): Ledger {
    const copy = new Ledger(this.#keys);
    copy.lastVersion = this.lastVersion;
    for (const [key, versions] of this.#allowed) copy.#allowed.set(key, new Set(versions));
    return copy;
  }

  #of(key: number): Set<number> {
    let versions = this.#allowed.get(key);
    if (versions === undefined) {
      versions = new Set([0]);
      this.#allowed.set(key, versions);
    }
    return versions;
  }
}
