import { randomBytes } from 'node:crypto';
import { abortable, createEmitter, throwIfAborted, withTimeout } from '@framerail/lifecycle';
import type {
  ByteTier,
  StoredEntry,
  TierCallOptions,
  TierEntry,
  TierEvents,
  TierSetOptions,
  TierSetOutcome,
  TierStats,
} from '../byte-tier.js';
import { CallOrder } from '../call-order.js';
import { readFrame, readFrameHead } from '../framed/entry-frame.js';
import { ChangeFeed, type HeardChanges } from './change-feed.js';
import { ChangeMessages, EVERYTHING } from './change-messages.js';
import { linkTo } from './links/link-to.js';
import { isReadOnly, redisFailure, tierClosed } from './redis-errors.js';
import { type RedisKey, redisKey, tagId } from './redis-keys.js';
import type { RedisLink } from './redis-link.js';
import type { RedisSettings } from './redis-options.js';
import { RedisStore } from './redis-store.js';
import { RedisWriter } from './redis-writer.js';
import { UsedKeys } from './used-keys.js';

const STORED: TierSetOutcome = Object.freeze({ stored: true });
const IGNORE = (): void => {};
/** Milliseconds after which what isn't answered yet is given up when it closes. */
const MOST_CLOSING_MS = 5000;

/** The Redis tier, as its users see it: checks, waits, counts. */
export class RedisTier implements ByteTier {
  readonly name: string;
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  readonly #settings: RedisSettings;
  readonly #events = createEmitter<TierEvents>();
  readonly #messages = new ChangeMessages();
  readonly #order = new CallOrder();
  readonly #used = new UsedKeys((ids) => this.#touch(ids));
  readonly #counts = { hits: 0, misses: 0, sets: 0, rejections: 0, evictions: 0, corruptions: 0, errors: 0 };
  #expirations = 0;
  /** Whether others could not be heard for a while before it was opened. */
  #wasDeaf = false;
  #link: RedisLink | undefined;
  #feed: ChangeFeed | undefined;
  #store: RedisStore | undefined;
  #writer: RedisWriter | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: RedisSettings) {
    this.#settings = settings;
    this.name = settings.name;
    this.maxBytes = settings.maxBytes;
    this.maxEntryBytes = settings.maxEntryBytes;
  }

  async open({ signal }: TierCallOptions = {}): Promise<void> {
    throwIfAborted(signal, 'Opening');
    if (this.#closing !== undefined) throw tierClosed(this.name);
    const opening = this.#opening ?? this.#open();
    this.#opening = opening;
    try {
      await abortable(opening, signal, 'Opening');
    } catch (error) {
      throw this.#failed('The Redis tier could not be opened', error);
    }
  }

  async #open(): Promise<void> {
    let link: RedisLink | undefined;
    try {
      link = await linkTo(this.#settings);
      this.#link = link;
      if (this.#closing !== undefined) throw tierClosed(this.name);
      await link.open();
      const store = new RedisStore(link, this.#settings);
      const writer = new RedisWriter(store, this.#settings, this.#messages, (key, entry) =>
        this.#letGo(key, entry),
      );
      await this.#begin(store, writer);
      if (this.#settings.invalidation) await this.#listen(link, store);
      this.#store = store;
      this.#writer = writer;
      if (this.#wasDeaf) this.#events.emit('invalidated', EVERYTHING);
    } catch (error) {
      this.#wasDeaf = true;
      this.#opening = undefined;
      await link?.close().catch(IGNORE);
      throw error;
    }
  }

  /** Sees that there is no more than may be; a replica has what it has. */
  async #begin(store: RedisStore, writer: RedisWriter): Promise<void> {
    try {
      await writer.makeRoom(0);
      await store.drain();
      if (store.hasLeftovers) await store.sweep();
    } catch (error) {
      if (!isReadOnly(error)) throw error;
    }
  }

  async #listen(link: RedisLink, store: RedisStore): Promise<void> {
    const feed = new ChangeFeed(store, this.#messages, (change) => this.#events.emit('invalidated', change));
    await link.subscribe(`${this.#settings.prefix}c`, feed);
    await feed.begin();
    this.#feed = feed;
  }

  async get(text: string, { signal }: TierCallOptions = {}): Promise<StoredEntry | undefined> {
    this.#opened();
    throwIfAborted(signal, 'Getting');
    const reading = this.#order.read(this.#get(redisKey(text)));
    try {
      return await (signal === undefined ? reading : abortable(reading, signal, 'Getting'));
    } catch (error) {
      throw this.#failed('An entry could not be read', error);
    }
  }

  async #get(key: RedisKey): Promise<StoredEntry | undefined> {
    if (this.#order.isBusy(key.text)) await this.#order.settled(key.text);
    const frame = await (this.#store as RedisStore).get(key.id);
    const entry = frame && this.#checked(key, frame);
    this.#counts[entry === undefined ? 'misses' : 'hits'] += 1;
    if (entry !== undefined) this.#used.add(key.id);
    return entry;
  }

  /** The entry of a frame; what is damaged or too old is dropped, of which nobody else need know. */
  #checked(key: RedisKey, frame: Buffer): StoredEntry | undefined {
    const read = readFrame(frame);
    if (read?.key === key.text && !this.#isOver(read.entry.meta.expiresAtMs)) return read.entry;
    if (read?.key === key.text) this.#expirations += 1;
    else this.#counts.corruptions += 1;
    const store = this.#store as RedisStore;
    const dropping = this.#order.write(key.text, () => store.run('delete', key.id, ''));
    dropping.catch(IGNORE);
    return undefined;
  }

  #isOver(expiresAtMs: number | undefined): boolean {
    return expiresAtMs !== undefined && this.#settings.nowMs() >= expiresAtMs;
  }

  async has(text: string): Promise<boolean> {
    this.#opened();
    try {
      await this.#order.settled(text);
      const head = readFrameHead(await this.#opened().head(redisKey(text).id));
      return head?.key === text && !this.#isOver(head.meta.expiresAtMs);
    } catch (error) {
      throw this.#failed('An entry could not be looked for', error);
    }
  }

  async set(text: string, entry: StoredEntry, options: TierSetOptions = {}): Promise<TierSetOutcome> {
    this.#opened();
    const { signal } = options;
    throwIfAborted(signal, 'Setting');
    const heard = options.ifUnchanged ? this.#feed?.heard : undefined;
    const setting = this.#order.write(text, () => this.#set(redisKey(text), entry, heard));
    try {
      return await (signal === undefined ? setting : abortable(setting, signal, 'Setting'));
    } catch (error) {
      throw this.#failed('An entry could not be stored', error);
    }
  }

  async #set(key: RedisKey, entry: StoredEntry, heard: HeardChanges | undefined): Promise<TierSetOutcome> {
    this.#used.flush();
    const became = await (this.#writer as RedisWriter).write(key, entry, heard);
    this.#counts[became === 'stored' ? 'sets' : 'rejections'] += 1;
    if (became === 'outdated') this.#feed?.onResumed();
    return became === 'stored' ? STORED : { stored: false, reason: became };
  }

  #touch(ids: readonly string[]): void {
    this.#store?.run('touch', ...ids).catch(IGNORE);
  }

  #letGo(key: string, entry: StoredEntry | undefined): void {
    this.#counts.evictions += 1;
    this.#events.emit('evicted', entry === undefined ? { key } : { key, entry });
  }

  async delete(text: string): Promise<boolean> {
    this.#opened();
    const key = redisKey(text);
    const message = this.#messages.key(text);
    try {
      return await this.#order.write(text, async () => {
        const store = this.#store as RedisStore;
        const isOver = this.#isOver(readFrameHead(await store.head(key.id))?.meta.expiresAtMs);
        const { value } = await store.run('delete', key.id, message);
        return value === 1 && !isOver;
      });
    } catch (error) {
      throw this.#failed('An entry could not be deleted', error);
    }
  }

  async deleteByTag(tag: string): Promise<number> {
    this.#opened();
    return this.#all('Entries could not be deleted by tag', async (store) => {
      const id = tagId(tag);
      const mark = randomBytes(8).toString('hex');
      const { value } = await store.run('deleteTag', id, mark, this.#messages.tag(tag));
      if (store.hasLeftovers) await store.sweep();
      return value + (await store.drain(mark));
    });
  }

  async clear(): Promise<void> {
    this.#opened();
    return this.#all('The Redis tier could not be cleared', async (store) => {
      await store.run('clear', this.#messages.all());
      await store.drain();
      if (store.hasLeftovers) await store.sweep();
    });
  }

  async *entries(): AsyncIterable<TierEntry> {
    const store = this.#opened();
    const seen = new Set<string>();
    await this.#order.idle();
    try {
      for await (const frame of store.heads()) {
        const head = readFrameHead(frame);
        if (head === undefined || seen.has(head.key) || this.#isOver(head.meta.expiresAtMs)) continue;
        this.#opened();
        seen.add(head.key);
        yield { key: head.key, storedBytes: head.valueBytes, meta: head.meta };
      }
    } catch (error) {
      throw this.#failed('Entries could not be listed', error);
    }
  }

  on<Name extends keyof TierEvents>(name: Name, listener: (event: TierEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  async flush(): Promise<void> {
    this.#opened();
    await this.#order.idle();
  }

  stats(): TierStats {
    const { name, maxBytes } = this;
    const { entries = 0, bytes = 0, expirations = 0 } = this.#store ?? {};
    return Object.freeze({
      name,
      maxBytes,
      entries,
      bytes,
      ...this.#counts,
      expirations: expirations + this.#expirations,
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    // Opening may take as long as nobody is there, and isn't waited for.
    await withTimeout(this.#order.idle(), { timeoutMs: MOST_CLOSING_MS }).catch(IGNORE);
    this.#used.flush();
    await this.#link?.close().catch(IGNORE);
    this.#events.clear();
  }

  #opened(): RedisStore {
    if (this.#store === undefined || this.#closing !== undefined) throw tierClosed(this.name);
    return this.#store;
  }

  async #all<T>(what: string, work: (store: RedisStore) => Promise<T>): Promise<T> {
    try {
      return await this.#order.writeAll(() => work(this.#store as RedisStore));
    } catch (error) {
      throw this.#failed(what, error);
    }
  }

  #failed(what: string, error: unknown): Error {
    const failure = redisFailure(what, error);
    if (!['E_CACHE_CLOSED', 'E_ABORTED'].includes(failure.code)) this.#counts.errors += 1;
    return failure;
  }
}
