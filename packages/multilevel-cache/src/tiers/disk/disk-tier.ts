import { abortable, createEmitter, type FramerailError, throwIfAborted } from '@framerail/lifecycle';
import type {
  ByteTier,
  StoredEntry,
  TierCallOptions,
  TierEntry,
  TierEvents,
  TierSetOutcome,
  TierStats,
} from '../byte-tier.js';
import { diskFailure, tierClosed } from './disk-errors.js';
import type { DiskOperation, Settle } from './disk-operation.js';
import type { DiskSettings } from './disk-options.js';
import { DiskStore } from './disk-store.js';
import { type EntryKey, entryKey } from './entry-key.js';
import { HEAD_BYTES, recordBytes } from './record.js';
import { newFileId } from './value-files.js';

const TOO_LARGE: TierSetOutcome = Object.freeze({ stored: false, reason: 'tooLarge' });

/** The disk tier, as its users see it: checks, waits, counts; the store does the rest. */
export class DiskTier implements ByteTier {
  readonly name: string;
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  readonly #settings: DiskSettings;
  readonly #events = createEmitter<TierEvents>();
  #store: DiskStore | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** What is being written, by key: a get that comes later waits for it. */
  readonly #writes = new Map<string, Promise<unknown>>();
  /** What concerns all keys. */
  #sweeping: Promise<unknown> | undefined;
  #rejections = 0;
  #errors = 0;

  constructor(settings: DiskSettings) {
    this.#settings = settings;
    this.name = settings.name;
    this.maxBytes = settings.maxBytes;
    this.maxEntryBytes = settings.maxEntryBytes;
  }

  async open({ signal }: TierCallOptions = {}): Promise<void> {
    throwIfAborted(signal, 'Opening');
    if (this.#closing !== undefined) throw tierClosed(this.name);
    this.#opening ??= DiskStore.open(this.#settings, this.#events).then((store) => {
      this.#store = store;
    });
    try {
      await abortable(this.#opening, signal, 'Opening');
    } catch (error) {
      if (signal?.aborted !== true) this.#opening = undefined;
      throw this.#failed('The disk tier could not be opened', error);
    }
  }

  async get(key: string, { signal }: TierCallOptions = {}): Promise<StoredEntry | undefined> {
    const store = this.#opened();
    throwIfAborted(signal, 'Getting');
    const entry = this.getNow(key);
    if (entry !== undefined) return entry;
    const made = entryKey(key);
    const reading = this.#settled(key).then(() => store.get(made));
    try {
      return await (signal === undefined ? reading : abortable(reading, signal, 'Getting'));
    } catch (error) {
      throw this.#failed('An entry could not be read', error);
    }
  }

  getNow(key: string): StoredEntry | undefined {
    const store = this.#opened();
    // What was done to the key before comes first.
    if (this.#sweeping !== undefined || this.#writes.has(key)) return undefined;
    try {
      return store.getNow(entryKey(key));
    } catch (error) {
      throw this.#failed('An entry could not be read', error);
    }
  }

  async has(key: string): Promise<boolean> {
    const store = this.#opened();
    await this.#settled(key);
    return store.has(entryKey(key));
  }

  async set(key: string, entry: StoredEntry, { signal }: TierCallOptions = {}): Promise<TierSetOutcome> {
    this.#opened();
    throwIfAborted(signal, 'Setting');
    const made = entryKey(key);
    const { fileThresholdBytes, segmentBytes } = this.#settings;
    const headBytes = HEAD_BYTES + made.bytes.byteLength + tagsBytes(entry);
    const valueBytes = entry.bytes.byteLength;
    if (valueBytes > this.maxEntryBytes || headBytes > segmentBytes / 4) {
      await this.#delete(made);
      this.#rejections += 1;
      return TOO_LARGE;
    }
    const fileId = valueBytes > fileThresholdBytes ? newFileId() : 0;
    const writing = this.#write<TierSetOutcome>(key, (settle) => ({
      kind: 'set',
      key: made,
      entry,
      fileId,
      recordBytes: recordBytes(headBytes, fileId === 0 ? valueBytes : 0),
      settle,
    }));
    return signal === undefined ? writing : abortable(writing, signal, 'Setting');
  }

  async delete(key: string): Promise<boolean> {
    this.#opened();
    return this.#delete(entryKey(key));
  }

  async deleteByTag(tag: string): Promise<number> {
    this.#opened();
    return this.#writeAll<number>((settle) => ({ kind: 'deleteTag', tag, settle }));
  }

  async clear(): Promise<void> {
    this.#opened();
    return this.#writeAll<void>((settle) => ({ kind: 'clear', settle }));
  }

  async *entries(): AsyncIterable<TierEntry> {
    const store = this.#opened();
    yield* store.entries(() => this.#opened());
  }

  on<Name extends keyof TierEvents>(name: Name, listener: (event: TierEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  async flush(): Promise<void> {
    this.#opened();
    return this.#writeAll<void>((settle) => ({ kind: 'flush', settle }));
  }

  stats(): TierStats {
    const { name, maxBytes } = this;
    const figures = this.#store?.figures() ?? NOTHING;
    const rejections = figures.rejections + this.#rejections;
    return Object.freeze({ name, maxBytes, ...figures, rejections, errors: this.#errors });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#opening?.catch(() => {});
    try {
      await this.#store?.close();
    } catch (error) {
      throw this.#failed('The disk tier could not be closed', error);
    } finally {
      this.#events.clear();
    }
  }

  #opened(): DiskStore {
    if (this.#store === undefined || this.#closing !== undefined) throw tierClosed(this.name);
    return this.#store;
  }

  #delete(key: EntryKey): Promise<boolean> {
    return this.#write<boolean>(key.text, (settle) => ({ kind: 'delete', key, settle }));
  }

  /** Does something to a key. */
  #write<T>(key: string, make: (settle: Settle<T>) => DiskOperation): Promise<T> {
    const writing = this.#add(make);
    this.#writes.set(key, writing);
    const done = (): void => {
      if (this.#writes.get(key) === writing) this.#writes.delete(key);
    };
    writing.then(done, done);
    return writing;
  }

  /** Does something to all keys. */
  #writeAll<T>(make: (settle: Settle<T>) => DiskOperation): Promise<T> {
    const writing = this.#add(make);
    this.#sweeping = writing;
    const done = (): void => {
      if (this.#sweeping === writing) this.#sweeping = undefined;
    };
    writing.then(done, done);
    return writing;
  }

  #add<T>(make: (settle: Settle<T>) => DiskOperation): Promise<T> {
    return new Promise<T>((resolve, reject) =>
      this.#opened().queue.add(
        make({
          resolve,
          reject: (error) => reject(this.#failed('The disk tier could not be written to', error)),
        }),
      ),
    );
  }

  /** Waits for what was done to a key before. */
  async #settled(key: string): Promise<void> {
    const [own, all] = [this.#writes.get(key), this.#sweeping];
    if (own !== undefined) await own.catch(() => {});
    if (all !== undefined) await all.catch(() => {});
  }

  #failed(what: string, error: unknown): FramerailError {
    const failure = diskFailure(what, error);
    if (failure.code !== 'E_ABORTED') this.#errors += 1;
    return failure;
  }
}

function tagsBytes({ meta }: StoredEntry): number {
  return meta.tags.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(meta.tags));
}

const NOTHING = Object.freeze({
  entries: 0,
  bytes: 0,
  hits: 0,
  misses: 0,
  sets: 0,
  rejections: 0,
  evictions: 0,
  expirations: 0,
  corruptions: 0,
});
