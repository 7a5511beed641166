import type { Emitter } from '@framerail/lifecycle';
import type { StoredEntry, TierEntry, TierEvents, TierStats } from '../byte-tier.js';
import { compareFiles } from './compare-files.js';
import { errnoOf } from './disk-errors.js';
import type { DiskOperation } from './disk-operation.js';
import type { DiskSettings } from './disk-options.js';
import { DiskRoom } from './disk-room.js';
import { DiskState, policyKeyOf } from './disk-state.js';
import { type BatchOperation, DiskWriter } from './disk-writer.js';
import type { EntryKey } from './entry-key.js';
import { EntryReader } from './entry-reader.js';
import { syncFolder } from './file-io.js';
import { Leftovers } from './leftovers.js';
import { LogFollower } from './log-follower.js';
import { OpenFiles } from './open-files.js';
import { OperationQueue } from './operation-queue.js';
import { deletedHead, headOf, metaOf } from './record.js';
import { SegmentCleaner } from './segment-cleaner.js';
import { SegmentLog } from './segment-log.js';
import { StoreFolder } from './store-folder.js';
import { ValueFiles } from './value-files.js';
import { WriterLock } from './writer-lock.js';

/** How often a get looks again for an entry that another process, or cleaning, moved. */
const LOOKS = 4;
/** What a process that only reads remembers to have let go. */
const MOST_DROPPED = 1000;

/** An opened store: its parts, and what is done with all of them. */
export class DiskStore {
  /** Where operations are given to. */
  readonly queue: OperationQueue;
  readonly #settings: DiskSettings;
  readonly #folder: StoreFolder;
  readonly #lock: WriterLock;
  readonly #files: OpenFiles;
  readonly #values: ValueFiles;
  readonly #log: SegmentLog;
  readonly #state: DiskState;
  readonly #reader: EntryReader;
  readonly #follower: LogFollower;
  readonly #cleaner: SegmentCleaner;
  readonly #leftovers: Leftovers;
  readonly #room: DiskRoom;
  readonly #writer: DiskWriter;
  /** Whether everything is known that others wrote before this process took the lock. */
  #hasFollowed = false;
  /** Whether there may be files that are nobody's, or that this process knows nothing of. */
  #hasForgotten = false;
  #hits = 0;
  #misses = 0;
  #corruptions = 0;

  private constructor(settings: DiskSettings, events: Emitter<TierEvents>) {
    const { nowMs, durability } = settings;
    this.#settings = settings;
    const folder = new StoreFolder(settings.path);
    const files = new OpenFiles(settings.maxOpenFiles);
    const values = new ValueFiles(folder.files, files, durability);
    const log = new SegmentLog(settings, folder, files);
    const state = new DiskState(settings, log);
    const reader = new EntryReader(log, folder, files, values);
    const cleaner = new SegmentCleaner(folder, log, state, files, nowMs);
    const leftovers = new Leftovers({ state, log, values, reader, events });
    const room = new DiskRoom({ settings, state, log, cleaner, leftovers });
    this.#folder = folder;
    this.#files = files;
    this.#values = values;
    this.#log = log;
    this.#state = state;
    this.#reader = reader;
    this.#cleaner = cleaner;
    this.#leftovers = leftovers;
    this.#room = room;
    this.#lock = new WriterLock(folder.root, settings.lockTimeoutMs);
    this.#follower = new LogFollower(folder, log, state);
    this.#writer = new DiskWriter({ state, log, values, room, leftovers, nowMs });
    this.queue = new OperationQueue(this.#lock, settings.segmentBytes / 4, (batch) => this.#work(batch));
  }

  /** Opens the store of a folder, or makes one. */
  static async open(settings: DiskSettings, events: Emitter<TierEvents>): Promise<DiskStore> {
    const store = new DiskStore(settings, events);
    await store.#folder.prepare(settings.durability === 'sync');
    try {
      await store.#lock.take();
      await store.#follower.follow();
      store.#corruptions += await compareFiles(store.#state, store.#values);
      await store.#lock.settleLeft();
      store.#state.settle();
      await store.#leftovers.gather();
      // What they were of is gone by the log's own words; nothing is to be let go for the room that they take.
      await store.#leftovers.removeFiles();
      await store.#room.make(0);
      await store.#leftovers.finish();
    } finally {
      await store.#lock.release();
    }
    return store;
  }

  /** Gives an entry. Those that can't be given are dropped. */
  async get(key: EntryKey): Promise<StoredEntry | undefined> {
    const { index, policy } = this.#state;
    await this.#lookForNews();
    for (let look = 1; look <= LOOKS; look += 1) {
      const slot = this.#find(key);
      if (slot === 0) break;
      const place = this.#state.placeOf(slot);
      const found = await this.#reader.read(place);
      if (typeof found !== 'string') {
        // Two keys of one hash: nobody has met them.
        if (found.key !== key.text) break;
        if (index.find(key.hash) === slot) policy.touchSlot(slot);
        this.#hits += 1;
        return found.entry;
      }
      // Asked before the log is read again: who had the lock then has said in the log by the next look what it did.
      const isOthers = this.#lock.isOthers;
      await this.#lookForNews();
      const isSame = index.find(key.hash) === slot && index.offset[slot] === place.offset;
      if (!isSame || index.segment[slot] !== place.segment) continue;
      // Gone with its segment, marked, or its file removed by who is writing just now: somebody let it go.
      const isDamaged = found === 'damaged' || (found === 'vanished' && !isOthers);
      if (isDamaged) this.#corruptions += 1;
      this.#state.drop(slot, isDamaged ? 'corrupt' : 'evicted');
      break;
    }
    policy.touch(policyKeyOf(key.hash, 0));
    this.#misses += 1;
    // Who asks the next tier after this one finds there what moves down.
    await this.#leftovers.told;
    return undefined;
  }

  /** Gives an entry that the system has in its memory; `undefined` where `get` must see to it. */
  getNow(key: EntryKey): StoredEntry | undefined {
    if (this.#mayHaveNews) return undefined;
    const { index, policy } = this.#state;
    const slot = index.find(key.hash);
    if (slot === 0 || (index.expiresAtMs[slot] as number) <= this.#settings.nowMs()) return undefined;
    const found = this.#reader.readNow(this.#state.placeOf(slot));
    if (found?.key !== key.text) return undefined;
    policy.touchSlot(slot);
    this.#hits += 1;
    return found.entry;
  }

  /** Whether there is an entry. */
  async has(key: EntryKey): Promise<boolean> {
    await this.#lookForNews();
    return this.#find(key) !== 0;
  }

  /** All entries, read from the disk one by one. */
  async *entries(check: () => unknown): AsyncIterable<TierEntry> {
    await this.#lookForNews();
    const { index } = this.#state;
    const { nowMs } = this.#settings;
    for (const slot of index.slots()) {
      check();
      // Between two entries others may have gone, and slots been given to new ones.
      const place = this.#state.placeOf(slot);
      if (place.segment === 0 || place.expiresAtMs <= nowMs()) continue;
      const head = await this.#reader.readHead(place);
      if (typeof head === 'string') continue;
      yield { key: headOf.key(head), storedBytes: headOf.valueBytes(head), meta: metaOf(head) };
    }
  }

  /** Figures of `stats()`. */
  figures(): Omit<TierStats, 'name' | 'maxBytes' | 'errors'> {
    const { maxBytes, roomBytes, segmentBytes } = this.#settings;
    const bytes = maxBytes - roomBytes - segmentBytes + this.#room.used;
    return {
      entries: this.#state.index.size,
      // While it writes, what is about to come counts already, and what is about to go still does.
      bytes: this.#lock.isHeld ? Math.min(bytes, maxBytes) : bytes,
      hits: this.#hits,
      misses: this.#misses,
      sets: this.#writer.sets,
      rejections: this.#writer.rejections,
      evictions: this.#state.evictions,
      expirations: this.#state.expirations,
      corruptions: this.#corruptions + this.#cleaner.corruptions,
    };
  }

  /** Does what waits, and closes all files. */
  async close(): Promise<void> {
    try {
      await this.queue.end();
      await this.#sync();
    } finally {
      await this.#log.seal().catch(() => {});
      await this.#lock.release().catch(() => {});
      await this.#files.closeAll();
    }
  }

  async #work(batch: readonly DiskOperation[]): Promise<void> {
    try {
      await this.#take();
    } catch (error) {
      for (const operation of batch) if (operation.kind === 'set') this.#leftovers.giveUp(operation.key.hash);
      throw error;
    }
    const [first] = batch;
    if (first?.kind === 'clear') {
      await this.#clear();
      first.settle.resolve();
    } else if (first?.kind === 'flush') {
      await this.#sync();
      first.settle.resolve();
    } else await this.#writer.write(batch as readonly BatchOperation[]);
    this.#follower.see();
  }

  /** Takes the lock, and learns all that there is to know before anything is written. */
  async #take(): Promise<void> {
    if (!this.#lock.isHeld) this.#hasFollowed = false;
    const taken = await this.#lock.take().catch(async (error) => {
      // Somebody removed the folder.
      if (errnoOf(error) !== 'ENOENT') throw error;
      await this.#folder.prepare(this.#settings.durability === 'sync');
      return this.#lock.take();
    });
    if (taken === 'left') this.#hasForgotten = true;
    if (taken !== 'kept') this.#hasFollowed = false;
    if (!this.#hasFollowed) await this.#follow();
    this.#hasFollowed = true;
    if (!this.#hasForgotten) return;
    this.#corruptions += await compareFiles(this.#state, this.#values);
    await this.#lock.settleLeft();
    this.#hasForgotten = false;
  }

  /** Whether other processes may have written; while this one has the lock and knows all, they don't. */
  get #mayHaveNews(): boolean {
    return !(this.#lock.isHeld && this.#hasFollowed) && this.#follower.hasNews;
  }

  /** Reads what other processes wrote, if they did. */
  async #lookForNews(): Promise<void> {
    if (!this.#mayHaveNews) return;
    await this.#follower.follow();
    // Meanwhile this process may have begun to write: then its writing deals with all that there is.
    if (this.#lock.isHeld) return;
    this.#state.forgetDropped(false);
    const isOver = this.#room.used > this.#settings.roomBytes;
    if (this.#state.dropped.length <= (isOver ? 0 : MOST_DROPPED)) return;
    this.#state.forgetDropped(true);
    this.#hasForgotten = true;
  }

  /** Learns what other processes wrote, and removes the files that it has no use for. */
  async #follow(): Promise<void> {
    await this.#follower.follow();
    this.#state.settle();
    await this.#leftovers.gather();
    await this.#leftovers.finish();
  }

  /** The slot of an entry that is there and hasn't expired. */
  #find(key: EntryKey): number {
    const { index } = this.#state;
    const slot = index.find(key.hash);
    if (slot === 0 || (index.expiresAtMs[slot] as number) > this.#settings.nowMs()) return slot;
    if (index.segment[slot] !== 0) this.#state.drop(slot, 'expired');
    return 0;
  }

  /** First the log says that everything is gone; what remains after a crash is taken for what it is. */
  async #clear(): Promise<void> {
    await this.#log.append([{ head: deletedHead(), value: undefined }]);
    this.#state.clear('deleted');
    this.#state.dropped = [];
    this.#leftovers.forget();
    this.#state.filesRoom = 0;
    this.#hasForgotten = true;
    for (const segment of [...this.#log.segments.values()])
      if (segment !== this.#log.active) await this.#log.remove(segment);
    for (const fileId of await this.#values.list()) await this.#values.remove(fileId);
    this.#hasForgotten = false;
  }

  async #sync(): Promise<void> {
    if (this.#settings.durability === 'none') return;
    await this.#log.sync();
    await syncFolder(this.#folder.files);
  }
}
