import { abortable, createEmitter, throwIfAborted } from '@framerail/lifecycle';
import type {
  ByteTier,
  StoredEntry,
  TierCallOptions,
  TierEntry,
  TierEvents,
  TierSetOutcome,
  TierStats,
} from '../byte-tier.js';
import { CallOrder } from '../call-order.js';
import { type ObjectKey, objectKey } from './object-blobs.js';
import { objectFailure, tierClosed } from './object-errors.js';
import type { ObjectSettings } from './object-options.js';
import { ObjectShelf } from './object-shelf.js';

const TOO_LARGE: TierSetOutcome = Object.freeze({ stored: false, reason: 'tooLarge' });
const REJECTED: TierSetOutcome = Object.freeze({ stored: false, reason: 'rejected' });
const STORED: TierSetOutcome = Object.freeze({ stored: true });
const IGNORE = (): void => {};

/** The object tier, as its users see it: checks, waits, counts; the shelf does the rest. */
export class ObjectTier implements ByteTier {
  readonly name: string;
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  readonly #settings: ObjectSettings;
  readonly #events = createEmitter<TierEvents>();
  readonly #order = new CallOrder();
  readonly #shelf: ObjectShelf;
  readonly #counts = {
    hits: 0,
    misses: 0,
    sets: 0,
    rejections: 0,
    evictions: 0,
    expirations: 0,
    corruptions: 0,
    errors: 0,
  };
  #isOpen = false;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: ObjectSettings) {
    this.#settings = settings;
    this.name = settings.name;
    this.maxBytes = settings.maxBytes;
    this.maxEntryBytes = settings.maxEntryBytes;
    this.#shelf = new ObjectShelf(settings, this.#order, (key) => {
      this.#counts.evictions += 1;
      if (key !== undefined) this.#events.emit('evicted', { key });
    });
  }

  async open({ signal }: TierCallOptions = {}): Promise<void> {
    throwIfAborted(signal, 'Opening');
    if (this.#closing !== undefined) throw tierClosed(this.name);
    this.#opening ??= this.#shelf.open().then(
      () => {
        this.#isOpen = true;
      },
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    try {
      await abortable(this.#opening, signal, 'Opening');
    } catch (error) {
      throw this.#failed('The object tier could not be opened', error);
    }
  }

  async get(text: string, { signal }: TierCallOptions = {}): Promise<StoredEntry | undefined> {
    this.#expectOpen();
    throwIfAborted(signal, 'Getting');
    const reading = this.#order.read(this.#get(objectKey(text), signal));
    try {
      return await (signal === undefined ? reading : abortable(reading, signal, 'Getting'));
    } catch (error) {
      throw this.#failed('An entry could not be read', error);
    }
  }

  async #get(key: ObjectKey, signal: AbortSignal | undefined): Promise<StoredEntry | undefined> {
    if (this.#order.isBusy(key.id)) await this.#order.settled(key.id);
    const read = await this.#shelf.read(key, { signal });
    const entry = read === 'damaged' ? undefined : read;
    const isOver = this.#isOver(entry?.meta.expiresAtMs);
    this.#counts[entry === undefined || isOver ? 'misses' : 'hits'] += 1;
    if (read === 'damaged') this.#counts.corruptions += 1;
    if (isOver) this.#counts.expirations += 1;
    if (read === 'damaged' || isOver) {
      this.#order.write(key.id, () => this.#shelf.delete(key.id)).catch(IGNORE);
      return undefined;
    }
    return entry;
  }

  #isOver(expiresAtMs: number | undefined): boolean {
    return expiresAtMs !== undefined && this.#settings.nowMs() >= expiresAtMs;
  }

  async has(text: string): Promise<boolean> {
    this.#expectOpen();
    const key = objectKey(text);
    try {
      await this.#order.settled(key.id);
      return await this.#order.read(this.#hasNow(key));
    } catch (error) {
      throw this.#failed('An entry could not be looked for', error);
    }
  }

  async #hasNow(key: ObjectKey): Promise<boolean> {
    const found = await this.#shelf.head(key.id);
    return found?.key === key.text && !this.#isOver(found.meta.expiresAtMs);
  }

  async set(text: string, entry: StoredEntry, { signal }: TierCallOptions = {}): Promise<TierSetOutcome> {
    this.#expectOpen();
    throwIfAborted(signal, 'Setting');
    const key = objectKey(text);
    const setting = this.#order.write(key.id, () => this.#set(key, entry, signal));
    try {
      return await (signal === undefined ? setting : abortable(setting, signal, 'Setting'));
    } catch (error) {
      throw this.#failed('An entry could not be stored', error);
    }
  }

  async #set(key: ObjectKey, entry: StoredEntry, signal: AbortSignal | undefined): Promise<TierSetOutcome> {
    const isTooLarge = entry.bytes.byteLength > this.maxEntryBytes;
    if (isTooLarge || this.#isOver(entry.meta.expiresAtMs)) {
      await this.#shelf.delete(key.id);
      this.#counts.rejections += 1;
      return isTooLarge ? TOO_LARGE : REJECTED;
    }
    const became = await this.#shelf.write(key, entry, { signal });
    this.#counts[became === 'stored' ? 'sets' : 'rejections'] += 1;
    if (became === 'stored') return STORED;
    return became === 'tooLarge' ? TOO_LARGE : REJECTED;
  }

  async delete(text: string): Promise<boolean> {
    this.#expectOpen();
    const key = objectKey(text);
    try {
      return await this.#order.write(key.id, async () => {
        const isThere = await this.#hasNow(key);
        await this.#shelf.delete(key.id);
        return isThere;
      });
    } catch (error) {
      throw this.#failed('An entry could not be deleted', error);
    }
  }

  async deleteByTag(tag: string): Promise<number> {
    this.#expectOpen();
    return this.#all('Entries could not be deleted by tag', async () => {
      let count = 0;
      await this.#shelf.refresh();
      await this.#shelf.deleteWhere(({ meta }) => {
        if (!meta.tags.includes(tag)) return false;
        if (!this.#isOver(meta.expiresAtMs)) count += 1;
        return true;
      });
      return count;
    });
  }

  async clear(): Promise<void> {
    this.#expectOpen();
    return this.#all('The object tier could not be cleared', () => this.#shelf.clear());
  }

  async *entries(): AsyncIterable<TierEntry> {
    this.#expectOpen();
    try {
      await this.#order.idle();
      await this.#shelf.refresh();
      for await (const { key, meta, valueBytes } of this.#shelf.heads()) {
        this.#expectOpen();
        if (!this.#isOver(meta.expiresAtMs)) yield { key, storedBytes: valueBytes, meta };
      }
    } catch (error) {
      throw this.#failed('Entries could not be listed', error);
    }
  }

  on<Name extends keyof TierEvents>(name: Name, listener: (event: TierEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  async flush(): Promise<void> {
    this.#expectOpen();
    await this.#order.idle();
  }

  stats(): TierStats {
    const { name, maxBytes } = this;
    const { entries, bytes } = this.#shelf;
    return Object.freeze({ name, maxBytes, entries, bytes, ...this.#counts });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#opening?.catch(IGNORE);
    await this.#order.idle();
    // Without it heads are read again, which only takes longer.
    if (this.#isOpen) await this.#shelf.saveIndex().catch(IGNORE);
    this.#events.clear();
  }

  #expectOpen(): void {
    if (!this.#isOpen || this.#closing !== undefined) throw tierClosed(this.name);
  }

  async #all<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#order.writeAll(work);
    } catch (error) {
      throw this.#failed(what, error);
    }
  }

  #failed(what: string, error: unknown): Error {
    const failure = objectFailure(what, error);
    if (!['E_CACHE_CLOSED', 'E_ABORTED'].includes(failure.code)) this.#counts.errors += 1;
    return failure;
  }
}
