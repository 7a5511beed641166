import type { Emitter } from '@framerail/lifecycle';
import type { TierEvents } from '../byte-tier.js';
import type { DiskState, Dropped } from './disk-state.js';
import type { EntryReader } from './entry-reader.js';
import type { SegmentLog } from './segment-log.js';
import { fileRoom, type ValueFiles } from './value-files.js';

/**
 * What remains of entries that left the index. Files of those that were let go are removed at once, to make room; files
 * of those that are replaced or deleted when the log says so, so that a crash leaves the one or the other.
 *
 * Records that aren't needed any more are marked as dead in their place. The log says the same, but a place of the log
 * that is damaged later must not bring an earlier value back.
 */
export class Leftovers {
  readonly #state: DiskState;
  readonly #log: SegmentLog;
  readonly #values: ValueFiles;
  readonly #reader: EntryReader;
  readonly #events: Emitter<TierEvents>;
  #items: Dropped[] = [];
  /** What the log says to be gone, with files that the system didn't remove: they take room until it does. */
  #stuck: Dropped[] = [];
  /** Those whose file is gone. */
  readonly #removed = new WeakSet<Dropped>();
  /** Those that are in `owed`, if they have to be. */
  readonly #noted = new WeakSet<Dropped>();
  /** Deletions that the log doesn't say yet. */
  #owed: Uint32Array[] = [];

  constructor(parts: {
    readonly state: DiskState;
    readonly log: SegmentLog;
    readonly values: ValueFiles;
    readonly reader: EntryReader;
    readonly events: Emitter<TierEvents>;
  }) {
    this.#state = parts.state;
    this.#log = parts.log;
    this.#values = parts.values;
    this.#reader = parts.reader;
    this.#events = parts.events;
  }

  /** Settles when everything that was let go has been told of; `undefined` if there is nothing to tell. */
  told: Promise<void> | undefined;

  /** How many records {@link Leftovers.owed} will ask for at most. */
  get count(): number {
    return this.#items.length + this.#owed.length;
  }

  /**
   * What is replaced just now, in a segment, by its place: until what replaces it is in the log a crash must leave it, so
   * cleaning moves it as if it were alive.
   */
  replacedIn(segment: number): ReadonlyMap<number, Dropped> {
    const items = new Map<number, Dropped>();
    for (const item of this.#items)
      if (
        item.segment === segment &&
        item.reason === 'replaced' &&
        !item.isLogged &&
        !this.#removed.has(item)
      )
        items.set(item.offset, item);
    return items;
  }

  /**
   * Takes what left the index, tells of what was let go, and removes its files.
   *
   * @throws the file system's error, when there is a file that it didn't remove; that is tried again
   */
  async gather(): Promise<void> {
    const items = this.#state.dropped;
    if (items.length === 0) return;
    this.#state.dropped = [];
    await this.#tellAll(items);
    this.#items.push(...items);
    await this.#removeFilesOf(items.filter(({ reason }) => reason !== 'replaced' && reason !== 'deleted'));
  }

  /**
   * Removes all files now.
   *
   * @throws the file system's error, when there is one that it didn't remove; that is tried again
   */
  async removeFiles(): Promise<void> {
    await this.#removeFilesOf([...this.#stuck, ...this.#items]);
  }

  /** Hashes of entries whose end the log must say. */
  owed(): readonly Uint32Array[] {
    for (const item of this.#items) {
      if (this.#noted.has(item)) continue;
      this.#noted.add(item);
      const { segment, fileId, reason, isLogged } = item;
      const isEnd = fileId !== 0 || reason === 'replaced' || reason === 'deleted';
      if (segment !== 0 && !isLogged && isEnd) this.#owed.push(item.hash);
    }
    // The record of what took its place says it too.
    this.#owed = this.#owed.filter((hash) => this.#state.index.find(hash) === 0);
    return this.#owed;
  }

  /** An entry's end must be said, since what should have taken its place wasn't written. */
  owe(hash: Uint32Array): void {
    this.#owed.push(hash);
  }

  /** An entry must not be answered any more, since what should have taken its place could not even begin to be written. */
  giveUp(hash: Uint32Array): void {
    const slot = this.#state.index.find(hash);
    if (slot === 0) return;
    this.#state.drop(slot, 'deleted');
    this.#owed.push(hash);
  }

  /** The log says all now. */
  settleOwed(): void {
    this.#owed = [];
  }

  /** Removes the files that are left, those that can't be next time, and marks the records. */
  async finish(): Promise<void> {
    this.owed();
    const items = this.#items;
    this.#items = [];
    this.#stuck.push(...items);
    await this.#removeFilesOf(this.#stuck).catch(() => {});
    this.#stuck = this.#stuck.filter((item) => item.fileId !== 0 && !this.#removed.has(item));
    await this.#mark(items);
  }

  /** Forgets everything: all entries and files are gone. */
  forget(): void {
    this.#items = [];
    this.#stuck = [];
    this.#owed = [];
  }

  async #removeFilesOf(items: readonly Dropped[]): Promise<void> {
    const failures: unknown[] = [];
    for (const item of items) await this.#removeFile(item).catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  async #removeFile(item: Dropped): Promise<void> {
    if (item.fileId === 0 || this.#removed.has(item)) return;
    const { index } = this.#state;
    const slot = index.find(item.hash);
    // Otherwise it was let go here, but another process kept it and has appended its record anew.
    if (slot === 0 || index.fileId[slot] !== item.fileId) await this.#values.remove(item.fileId);
    this.#removed.add(item);
    this.#state.filesRoom -= fileRoom(item.fileBytes);
  }

  async #tellAll(items: readonly Dropped[]): Promise<void> {
    if (this.#events.listenerCount('evicted') === 0) return;
    const telling = (async () => {
      for (const item of items) if (item.reason === 'evicted') await this.#tell(item);
    })();
    this.told = telling;
    await telling;
    if (this.told === telling) this.told = undefined;
  }

  async #tell(item: Dropped): Promise<void> {
    if (item.segment === 0) return;
    const found = await this.#reader.read(item).catch(() => 'gone' as const);
    if (typeof found !== 'string') this.#events.emit('evicted', found);
  }

  async #mark(items: readonly Dropped[]): Promise<void> {
    const offsets = new Map<number, number[]>();
    for (const { segment, offset, fileId } of items) {
      // A value that had a file can't come back, and a segment that is gone neither.
      if (segment === 0 || fileId !== 0) continue;
      const known = offsets.get(segment);
      if (known === undefined) offsets.set(segment, [offset]);
      else known.push(offset);
    }
    for (const [segment, some] of offsets) {
      // The mark is a second safety.
      await this.#log.markDead(segment, some).catch(() => {});
    }
  }
}
