import type { TrimRequest } from '@framerail/lifecycle';

/** What is known of an entry besides its value. Times are in milliseconds since 1970, integers. */
export interface EntryMeta {
  /** When the value was made. */
  readonly createdAtMs: number;
  /** When it stops being valid; `undefined`: never. */
  readonly expiresAtMs?: number | undefined;
  /** From when on it is handed out while it is made anew; `undefined`: never before it expires. */
  readonly staleAtMs?: number | undefined;
  /** Names by which it can be deleted together with others. At most 64, sorted, without repeats. */
  readonly tags: readonly string[];
  /** What making it again costs, in milliseconds; 0 if unknown. */
  readonly cost: number;
  /** How the stored bytes are packed. */
  readonly compression: 'none' | 'zstd';
  /** Bytes of the value before compression. */
  readonly rawBytes: number;
}

/** An entry as a tier of bytes keeps it. */
export interface StoredEntry {
  /** The encoded value, compressed or not as `meta` says. Must not be changed by anybody once it is handed over. */
  readonly bytes: Uint8Array;
  /** See {@link EntryMeta}. */
  readonly meta: EntryMeta;
}

/** What became of a {@link ByteTier.set}. */
export interface TierSetOutcome {
  /** Whether the tier has the entry now. */
  readonly stored: boolean;
  /** Why not: it is `tooLarge` for the tier, was `rejected` by its policy, or is `outdated`, see {@link TierSetOptions}. */
  readonly reason?: 'tooLarge' | 'rejected' | 'outdated' | undefined;
}

/** A snapshot of a tier. Counts are since it was opened; bytes are what counts against its cap, overhead included. */
export interface TierStats {
  /** See {@link ByteTier.name}. */
  readonly name: string;
  /** Entries that it has now. */
  readonly entries: number;
  /** Bytes that it takes now. */
  readonly bytes: number;
  /** The cap on `bytes`. */
  readonly maxBytes: number;
  /** Gets that gave an entry. */
  readonly hits: number;
  /** Gets that gave none, damaged and expired ones among them. */
  readonly misses: number;
  /** Entries that were stored. */
  readonly sets: number;
  /** Entries that were not stored, being too large or unwanted. */
  readonly rejections: number;
  /** Entries that were let go to make room. */
  readonly evictions: number;
  /** Entries that were dropped because their time was over. */
  readonly expirations: number;
  /** Entries that were found damaged, and dropped. */
  readonly corruptions: number;
  /** Calls that failed. */
  readonly errors: number;
}

/** What can be heard of a tier. */
export type TierEvents = {
  /** An entry was let go to make room; with what it was, where the tier has that at hand. */
  readonly evicted: { readonly key: string; readonly entry?: StoredEntry | undefined };
  /**
   * Another process changed something that this one may still have elsewhere, as it was before: entries of these keys,
   * all that have one of these tags, or everything, where it isn't known what. Never told of the tier's own calls.
   */
  readonly invalidated: {
    readonly keys?: readonly string[] | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly everything?: boolean | undefined;
  };
};

/** What every call of a {@link ByteTier} that may take long can be given. */
export interface TierCallOptions {
  /** Ends the wait; the work may go on to its end. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link ByteTier.set} can be given. */
export interface TierSetOptions extends TierCallOptions {
  /**
   * Whether it is made of what was known before, so that it must not take the place of what is newer: it isn't stored
   * if another process changed the entry, something with its tags, or everything, and this one wasn't told yet by
   * `invalidated`. The tier stays as it is then. Tiers that tell nobody of others needn't look at it. Default false.
   */
  readonly ifUnchanged?: boolean | undefined;
}

/** An entry of {@link ByteTier.entries}. */
export interface TierEntry {
  /** Its key. */
  readonly key: string;
  /** Length of its stored value, overhead not included. */
  readonly storedBytes: number;
  /** What is known of it. */
  readonly meta: EntryMeta;
}

/**
 * A tier that keeps encoded bytes: a disk, Redis, an object store. Contract suite: `byteTierContract` in `./testing`.
 * Calls for one key take effect in the order in which they were made. Keys are any strings; each is its own, whatever
 * the medium makes of names.
 */
export interface ByteTier extends AsyncDisposable {
  /** Name for reports, such as `disk`. */
  readonly name: string;
  /** The cap on its bytes, overhead included; never exceeded. */
  readonly maxBytes: number;
  /** Largest value that it takes, in stored bytes. */
  readonly maxEntryBytes: number;
  /**
   * Opens files or connections; called once, before everything else.
   *
   * @param options - the signal ends the wait
   * @throws FramerailError coded, when the tier can't be used; it may be tried again then
   */
  open(options?: TierCallOptions): Promise<void>;
  /**
   * Gives an entry, whole and verified, which counts as a use. One that expired or is damaged is dropped and not given.
   *
   * @param key - any string
   * @param options - the signal ends the wait
   * @returns the entry, whose bytes nobody may change; `undefined` if there is none
   */
  get(key: string, options?: TierCallOptions): Promise<StoredEntry | undefined>;
  /**
   * As `get`, for tiers that can often answer in no time: a promise costs more than a look into memory. Must not block
   * for longer than a promise would cost.
   *
   * @param key - any string
   * @returns the entry; `undefined` if there is none, or if it has to be waited for: `get` tells, and nothing was counted
   * @throws as `get` rejects
   */
  getNow?(key: string): StoredEntry | undefined;
  /** Whether there is one that hasn't expired. Not a use. */
  has(key: string): Promise<boolean>;
  /**
   * Keeps an entry in the place of one of the same key, letting others go to make room. If it isn't stored, or the call
   * fails, the earlier one of its key is gone too. Being aborted leaves the one or the other, or none.
   *
   * @param key - any string
   * @param entry - its bytes must not be changed until the promise settles
   * @param options - the signal ends the wait
   */
  set(key: string, entry: StoredEntry, options?: TierSetOptions): Promise<TierSetOutcome>;
  /** Drops an entry. @returns whether there was one that hadn't expired */
  delete(key: string): Promise<boolean>;
  /** Drops all entries that have this tag. @returns how many */
  deleteByTag(tag: string): Promise<number>;
  /** Drops everything. */
  clear(): Promise<void>;
  /** Keys and what is known of them, in no order; entries that come or go meanwhile may be left out. */
  entries(): AsyncIterable<TierEntry>;
  /**
   * Listens.
   *
   * @param name - the event
   * @param listener - called synchronously; what it throws reaches nobody else
   * @returns stops listening; harmless when called twice
   */
  on<Name extends keyof TierEvents>(name: Name, listener: (event: TierEvents[Name]) => void): () => void;
  /** Settles when everything that was acknowledged before is where the tier's durability promises. */
  flush(): Promise<void>;
  /** Figures as they are now. */
  stats(): TierStats;
  /** Flushes and closes. Harmless when called twice; everything else but `stats` rejects with `E_CACHE_CLOSED` afterwards. */
  close(): Promise<void>;
  /**
   * Gives memory back, for tiers whose bytes are the process's memory.
   *
   * @param request - how much, and how urgent
   * @returns bytes that were given back
   */
  trim?(request?: TrimRequest): number;
}
