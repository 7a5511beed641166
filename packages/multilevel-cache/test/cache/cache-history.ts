/** A value that a key had, from one step to another. */
interface Period {
  readonly value: number;
  readonly expiresAtMs: number;
  readonly tags: readonly string[];
  end: number;
}

/** What a cache may say of its keys: a value is right if the key had it at some time while it was asked for. */
export class CacheHistory {
  step = 0;
  readonly #periods = new Map<string, Period[]>();

  /** The key has this value from now on. */
  set(key: string, value: number, expiresAtMs: number, tags: readonly string[]): void {
    this.delete(key);
    this.load(key, value, expiresAtMs, tags);
  }

  /** The key may have this value from now on, beside what it has. */
  load(key: string, value: number, expiresAtMs: number, tags: readonly string[]): void {
    const periods = this.#periods.get(key) ?? [];
    this.#periods.set(key, periods);
    periods.push({ value, expiresAtMs, tags, end: Number.POSITIVE_INFINITY });
  }

  delete(key: string): void {
    this.#end(key, () => true);
  }

  deleteByTag(tag: string): void {
    for (const key of this.#periods.keys()) this.#end(key, ({ tags }) => tags.includes(tag));
  }

  clear(): void {
    for (const key of this.#periods.keys()) this.delete(key);
  }

  /** Whether the key had a value at some time since a step, and it wasn't over at this time. */
  had(key: string, value: number, sinceStep: number, sinceMs: number): boolean {
    return (this.#periods.get(key) ?? []).some(
      (period) => period.value === value && period.end >= sinceStep && period.expiresAtMs > sinceMs,
    );
  }

  #end(key: string, which: (period: Period) => boolean): void {
    for (const period of this.#periods.get(key) ?? []) {
      if (period.end === Number.POSITIVE_INFINITY && which(period)) period.end = this.step;
    }
  }
}
