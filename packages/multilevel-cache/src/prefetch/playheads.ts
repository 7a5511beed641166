import { FramerailError } from '@framerail/lifecycle';
import type { PrefetchStats } from '../analytics/cache-stats.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import { FilmPlayhead } from './playhead.js';
import type { PlayheadHost } from './playhead-host.js';
import type { AccessPattern, Playhead, PlayheadOptions } from './playhead-options.js';
import { playheadSettings } from './playhead-settings.js';

/** The part of the memory tier that playheads keep from being let go, all together. */
const SHARE = 1 / 2;

/** What playheads need of their cache. */
export interface PlayheadsParts<K, V>
  extends Pick<PlayheadHost<K, V>, 'clock' | 'nameOf' | 'isLoading' | 'bring' | 'getOrLoad' | 'leaseOrLoad'> {
  readonly memory: MemoryTier<V> | undefined;
}

/**
 * The playheads of a cache. The policy of the memory tier says whose entries go; where it would let one of a playhead go,
 * the playhead says which of its own. What is in the window of a playhead is kept, and has a place before others.
 */
export class Playheads<K, V> {
  readonly #parts: PlayheadsParts<K, V>;
  readonly #playheads = new Set<FilmPlayhead<K, V>>();
  /** What those did that ended. */
  readonly #past = { fetched: 0, failed: 0, aborted: 0 };
  #unwatch: (() => void) | undefined;

  constructor(parts: PlayheadsParts<K, V>) {
    this.#parts = parts;
  }

  /** A new playhead. @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNSUPPORTED` without a memory tier */
  open(options: PlayheadOptions<K, V>): Playhead<V> {
    const settings = playheadSettings(options);
    const { memory, ...parts } = this.#parts;
    if (memory === undefined) {
      throw new FramerailError({
        code: 'E_UNSUPPORTED',
        message:
          'Expected a cache with a memory tier for a playhead; put memory({ maxBytes }) first among its tiers',
      });
    }
    const playhead = new FilmPlayhead<K, V>(settings, {
      ...parts,
      bytesOf: (name) => memory.find(name)?.bytes,
      pin: (name) => memory.pin(name),
      share: () => (memory.maxBytes * SHARE) / Math.max(1, this.#playheads.size),
      ended: (ended) => this.#ended(ended),
    });
    this.#playheads.add(playhead);
    this.#unwatch ??= memory.watchers.add({
      arriving: (key, bytes) => this.#makeRoom(memory, key, bytes),
      set: (key, bytes, isKept) => {
        for (const one of this.#playheads) {
          if (isKept) one.came(key, bytes);
          else one.refused(key, bytes);
        }
      },
      gone: (key) => {
        for (const one of this.#playheads) one.went(key);
      },
      trimming: () => {
        for (const one of this.#playheads) one.yield();
      },
    });
    try {
      playhead.move({ position: 0, ...options });
    } catch (error) {
      playhead[Symbol.dispose]();
      throw error;
    }
    return playhead;
  }

  /** Whether a name is in the window of one of them, but for these. */
  follows(name: string, but: ReadonlyMap<unknown, Playhead<V>>): boolean {
    if (this.#playheads.size === but.size) return false;
    const others = new Set<Playhead<V>>(but.values());
    for (const one of this.#playheads) if (!others.has(one) && one.wants(name)) return true;
    return false;
  }

  /** How keys follow each other where a name is; `undefined` if no playhead knows it. */
  patternOf(name: string): AccessPattern | undefined {
    for (const one of this.#playheads) if (one.wants(name) || one.knows(name)) return one.stats().pattern;
    return undefined;
  }

  /** Figures of all of them. @param readers - how many of them nobody opened */
  stats(readers: number): PrefetchStats {
    const sum = { held: 0, heldBytes: 0, running: 0, ...this.#past };
    for (const one of this.#playheads) {
      const stats = one.stats();
      for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += stats[name];
    }
    return Object.freeze({ playheads: this.#playheads.size - readers, readers, ...sum });
  }

  /** Ends all of them. */
  close(): void {
    for (const playhead of [...this.#playheads]) playhead[Symbol.dispose]();
  }

  #ended(playhead: Playhead<V>): void {
    if (!this.#playheads.delete(playhead as FilmPlayhead<K, V>)) return;
    const { fetched, failed, aborted } = playhead.stats();
    this.#past.fetched += fetched;
    this.#past.failed += failed;
    this.#past.aborted += aborted;
    if (this.#playheads.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #makeRoom(memory: MemoryTier<V>, key: string, bytes: number): void {
    if (bytes > memory.maxBytes) return;
    const isPinned = (name: string): boolean => name === key || memory.isPinned(name);
    const isWanted = [...this.#playheads].some((one) => one.wants(key));
    while (memory.needsRoom(key, bytes)) {
      const next = memory.nextToGo();
      if (next === undefined) return;
      const owner = [...this.#playheads].find((one) => one.knows(next));
      const victim = owner?.worst(isPinned) ?? (isWanted && next !== key ? next : undefined);
      if (victim === undefined || !memory.letGo(victim)) return;
    }
  }
}
