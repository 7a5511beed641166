import { abortable, expectObject, throwIfAborted } from '@framerail/lifecycle';
import type { KeyLog } from '../analytics/key-log.js';
import type { RequestBook } from '../analytics/request-book.js';
import type { Flights } from '../flight/flights.js';
import { entryValue, givenValue } from '../tiers/memory/memory-values.js';
import type { TierLane } from '../write/tier-lane.js';
import type { CacheKeys } from './cache-keys.js';
import type { ReadOptions } from './cache-options.js';
import type { CacheTime } from './cache-time.js';
import { freshness } from './lifetime.js';
import type { MemoryReads } from './memory-reads.js';
import type { Found, TierStack } from './tier-stack.js';

/** What lookups are made of. */
export interface LookupParts<K, V> {
  readonly keys: CacheKeys<K>;
  readonly memory: MemoryReads<K, V>;
  readonly lanes: readonly TierLane[];
  readonly stack: TierStack<V>;
  readonly flights: Flights<V>;
  readonly book: RequestBook<K>;
  readonly log: KeyLog;
  readonly time: CacheTime;
}

/** Reads that load nothing: they look into the tiers, and wait for what is under way. */
export class Lookups<K, V> {
  readonly #parts: LookupParts<K, V>;

  constructor(parts: LookupParts<K, V>) {
    this.#parts = parts;
  }

  /**
   * Reads what memory didn't have fresh.
   *
   * @param key - of the value
   * @param options - as the user gave them
   * @param isWanted - whether the value must come to memory
   */
  async get(key: K, options: ReadOptions = {}, isWanted = false): Promise<V | undefined> {
    const { keys, memory, log, flights, book } = this.#parts;
    const name = keys.nameOf(key);
    const { signal, allowStale = false } = expectObject('options', options);
    throwIfAborted(signal, 'Reading');
    const stale = allowStale ? memory.find(name) : undefined;
    if (stale !== undefined) return memory.stale(key, stale);
    log.used(name);
    const running = flights.running(name);
    if (running !== undefined) {
      book.count('joined');
      try {
        return await running.join(signal, 'Reading', givenValue);
      } catch (error) {
        if (signal?.aborted || keys.isClosed) throw error;
        return undefined;
      }
    }
    const found =
      this.findNow(name, isWanted) ?? (await abortable(flights.find(name, isWanted), signal, 'Reading'));
    keys.expectOpen();
    const isGiven = found !== undefined && (allowStale || this.isFresh(found));
    this.found(key, name, isGiven ? found : undefined);
    return isGiven ? found.value : undefined;
  }

  /** What the tier below memory has at hand, unless somebody looks for it already. */
  findNow(name: string, isWanted: boolean): Found<V> | undefined {
    const { flights, stack } = this.#parts;
    return flights.isBusy(name) ? undefined : stack.searchNow(name, isWanted);
  }

  /** Reads without a use, and moves nothing. */
  async peek(key: K): Promise<V | undefined> {
    const name = this.#parts.keys.nameOf(key);
    const entry = this.#parts.memory.findFresh(name);
    if (entry !== undefined) return entryValue(entry);
    const found = await this.#parts.stack.search(name, { isCurrent: false, isWanted: false });
    return found !== undefined && this.isFresh(found) ? found.value : undefined;
  }

  /** Whether a tier has it, stale or not. */
  async has(key: K): Promise<boolean> {
    const name = this.#parts.keys.nameOf(key);
    if (this.#parts.memory.find(name) !== undefined) return true;
    for (const lane of this.#parts.lanes) if (await lane.has(name)) return true;
    return false;
  }

  /** Counts what became of a look into the tiers below memory. */
  found(key: K, name: string, found: Found<V> | undefined): void {
    const { book, log } = this.#parts;
    if (found === undefined) {
      log.missed(name);
      book.missed(key);
      return;
    }
    book.hit(key);
    if (!this.isFresh(found)) book.count('staleHits');
  }

  /** Whether what was found may be handed out to whoever doesn't take it stale. */
  isFresh({ meta }: Found<V>): boolean {
    return freshness(meta, this.#parts.time.now()) === 'fresh';
  }
}
