/**
 * Hears of what happens in a memory tier, at once and in order. Nothing of it may throw; `gone` and `used` may not change
 * the tier.
 */
export interface MemoryWatcher {
  /** A use; `bytes` is what the entry weighs, `undefined` if there is none. */
  used?(key: string, bytes: number | undefined): void;
  /** An entry is about to be set. */
  arriving?(key: string, bytes: number): void;
  /** An entry was set, and is there if `isKept`. */
  set?(key: string, bytes: number, isKept: boolean): void;
  /** An entry went, and no other one of its key came in its place. */
  gone?(key: string, why: 'evicted' | 'deleted' | 'trimmed'): void;
  /** More memory is wanted than is free to go: who protects entries gives them free now. */
  trimming?(): void;
}

/** Those who hear of it. */
export class MemoryWatchers {
  /** Whether there are any. */
  hasAny = false;
  /** Whether any of them hears of uses. */
  hearUses = false;
  /** Copied when it changes, so that it can be gone through meanwhile. */
  #watchers: readonly MemoryWatcher[] = [];

  /** One more. @returns takes it off */
  add(watcher: MemoryWatcher): () => void {
    this.#become([...this.#watchers, watcher]);
    return () => this.#become(this.#watchers.filter((other) => other !== watcher));
  }

  /** As {@link MemoryWatcher.used}. */
  used(key: string, bytes: number | undefined): void {
    for (const watcher of this.#watchers) watcher.used?.(key, bytes);
  }

  /** As {@link MemoryWatcher.arriving}. */
  arriving(key: string, bytes: number): void {
    for (const watcher of this.#watchers) watcher.arriving?.(key, bytes);
  }

  /** As {@link MemoryWatcher.set}. */
  set(key: string, bytes: number, isKept: boolean): void {
    for (const watcher of this.#watchers) watcher.set?.(key, bytes, isKept);
  }

  /** As {@link MemoryWatcher.gone}. */
  gone(key: string, why: 'evicted' | 'deleted' | 'trimmed'): void {
    for (const watcher of this.#watchers) watcher.gone?.(key, why);
  }

  /** As {@link MemoryWatcher.trimming}. */
  trimming(): void {
    for (const watcher of this.#watchers) watcher.trimming?.();
  }

  #become(watchers: readonly MemoryWatcher[]): void {
    this.#watchers = watchers;
    this.hasAny = watchers.length > 0;
    this.hearUses = watchers.some(({ used }) => used !== undefined);
  }
}
