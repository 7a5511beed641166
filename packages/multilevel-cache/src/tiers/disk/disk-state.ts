import type { EvictionPolicy } from '../../eviction/eviction-policy.js';
import type { DiskSettings } from './disk-options.js';
import { EntryIndex } from './entry-index.js';
import { KIND } from './record.js';
import type { Segment, SegmentLog } from './segment-log.js';
import { ROW_BYTES, type SegmentRows } from './segment-rows.js';
import { TagIndex } from './tag-index.js';
import { fileRoom } from './value-files.js';

/** Where an entry is, or was. */
export interface EntryPlace {
  /** Number of its segment; 0: it is being written. */
  readonly segment: number;
  readonly offset: number;
  /** Length of its record. */
  readonly bytes: number;
  readonly expiresAtMs: number;
  /** Number of its value's file; 0: it has none. */
  readonly fileId: number;
  readonly fileBytes: number;
}

/** What left the index, and must be dealt with on the disk. */
export interface Dropped extends EntryPlace {
  /** Where its record is: it may be moved before the log says that it is dead. */
  segment: number;
  offset: number;
  readonly hash: Uint32Array;
  readonly reason: 'replaced' | 'deleted' | 'evicted' | 'expired' | 'corrupt';
  /** Whether the log says it already. */
  readonly isLogged: boolean;
}

/**
 * What is known of the entries: the index, the policy and the tags, which change together. It does nothing to files;
 * what must be done to them gathers in `dropped`.
 */
export class DiskState {
  readonly index = new EntryIndex();
  readonly tags = new TagIndex();
  readonly policy: EvictionPolicy<number>;
  /** Bytes that the files of values take, of dropped entries too until they are gone. */
  filesRoom = 0;
  /** What left the index since it was last dealt with. */
  dropped: Dropped[] = [];
  /** While a log is read, only what has a file of its own is noted: the log says the rest itself. */
  #isReplaying = false;
  /** What the policy may hold at present. */
  #limit: number;
  evictions = 0;
  expirations = 0;
  readonly #settings: DiskSettings;
  readonly #log: SegmentLog;

  constructor(settings: DiskSettings, log: SegmentLog) {
    this.#settings = settings;
    this.#log = log;
    this.#limit = settings.policyBytes;
    // The policy's names for entries are as random as their hashes.
    this.policy = settings.createPolicy({ maxBytes: settings.policyBytes, hash: (key) => key });
  }

  /**
   * Does what the rows of a segment say, in their order. Nothing is let go for it, whatever the cap: what is in the log but
   * not in the index could neither be deleted nor be kept from coming back later.
   */
  replay(rows: SegmentRows, segment: Segment): void {
    this.#raise(rows);
    this.#isReplaying = true;
    this.#replay(rows, segment);
    this.#isReplaying = false;
  }

  #replay(rows: SegmentRows, segment: Segment): void {
    const { words, doubles } = rows;
    this.index.reserve(this.index.size + rows.count);
    const nowMs = this.#settings.nowMs();
    for (let row = 0; row < rows.count; row += 1) {
      const [word, double] = [row * 16, row * 8];
      const kind = words[word + 6];
      if (kind === KIND.cleared) this.clear('deleted');
      else if (kind === KIND.deleted) this.drop(this.index.find(words, word), 'deleted');
      else {
        const place = {
          segment: segment.id,
          offset: words[word + 4] as number,
          bytes: words[word + 5] as number,
          expiresAtMs: doubles[double + 4] as number,
          fileBytes: doubles[double + 6] as number,
          fileId: doubles[double + 7] as number,
        };
        const [cost, tags] = [doubles[double + 5] as number, rows.tags(row) ?? NO_TAGS];
        if (place.expiresAtMs > nowMs) this.put(words, word, place, cost, tags);
        else {
          this.drop(this.index.find(words, word), 'replaced');
          if (place.fileId !== 0) this.filesRoom += fileRoom(place.fileBytes);
          this.#note({ ...place, hash: words.slice(word, word + 4) }, 'expired');
        }
      }
    }
  }

  /** Lets the policy hold all that rows speak of, besides what it holds. */
  #raise({ words, doubles, count }: SegmentRows): void {
    let { bytes } = this.policy;
    for (let row = 0; row < count; row += 1) {
      const [fileBytes, fileId] = [doubles[row * 8 + 6] as number, doubles[row * 8 + 7] as number];
      bytes += weightOf({ bytes: words[row * 16 + 5] as number, fileId, fileBytes });
    }
    if (bytes <= this.#limit) return;
    this.#limit = bytes;
    this.policy.resize(bytes, this.#evict);
  }

  /** Lets go what is above the cap after logs were read. What is let go is this process's doing, so it must have the lock. */
  settle(): void {
    if (this.#limit <= this.#settings.policyBytes) return;
    this.#limit = this.#settings.policyBytes;
    this.policy.resize(this.#limit, this.#evict);
  }

  /** Takes an entry in. @returns its slot; 0 if the policy doesn't want it, and then an earlier one is gone too */
  put(words: Uint32Array, at: number, place: EntryPlace, cost: number, tags: readonly string[]): number {
    const { index, policy } = this;
    let slot = index.find(words, at);
    const weight = weightOf(place);
    if (slot !== 0) {
      const policyKey = index.policyKey[slot] as number;
      if (place.fileId !== 0 && index.fileId[slot] === place.fileId) {
        // The same entry, whose record was appended anew by cleaning: its file stays.
        this.filesRoom -= fileRoom(place.fileBytes);
        index.fileId[slot] = 0;
      }
      this.#leave(slot, 'replaced');
      // A place of nothing: letting it go just now must not be taken for letting the earlier one go.
      index.place(slot, { ...NOWHERE, bytes: index.bytes[slot] as number });
      slot = policy.set(policyKey, weight, cost, this.#evict);
      if (slot === 0) return 0;
    } else {
      let policyKey = policyKeyOf(words, at);
      slot = policy.set(policyKey, weight, cost, this.#evict);
      if (slot === 0) return 0;
      if (slot < index.bytes.length && index.bytes[slot] !== 0) {
        // Another entry's name, which is told so late because it is rare: that one gets its weight back.
        policy.set(policyKey, weightOf(this.placeOf(slot)), 0, this.#evict);
        while (policy.find(policyKey) !== 0) policyKey += 1;
        slot = policy.set(policyKey, weight, cost, this.#evict);
        if (slot === 0) return 0;
      }
      index.add(slot, words, at, policyKey);
    }
    index.place(slot, place);
    this.tags.set(slot, tags);
    this.#segment(place.segment, place.bytes);
    if (place.fileId !== 0) this.filesRoom += fileRoom(place.fileBytes);
    return slot;
  }

  /** Where the entry of a slot is. */
  placeOf(slot: number): EntryPlace {
    const { index } = this;
    return {
      segment: index.segment[slot] as number,
      offset: index.offset[slot] as number,
      bytes: index.bytes[slot] as number,
      expiresAtMs: index.expiresAtMs[slot] as number,
      fileId: index.fileId[slot] as number,
      fileBytes: index.fileBytes[slot] as number,
    };
  }

  /** Says where the record of an entry went. */
  move(slot: number, segment: number, offset: number, bytes: number): void {
    const { index } = this;
    this.#segment(index.segment[slot] as number, -(index.bytes[slot] as number));
    index.segment[slot] = segment;
    index.offset[slot] = offset;
    index.bytes[slot] = bytes;
    this.#segment(segment, bytes);
  }

  /** Takes the entry of a slot out; nothing happens for slot 0. */
  drop(slot: number, reason: Dropped['reason']): void {
    if (slot === 0) return;
    this.policy.delete(this.index.policyKey[slot] as number);
    this.#remove(slot, reason);
  }

  /** Takes everything out. */
  clear(reason: Dropped['reason']): void {
    for (const slot of this.index.slots()) this.drop(slot, reason);
  }

  /** Forgets what lies in a segment that another process took away. */
  forgetSegment(id: number): void {
    for (const slot of this.index.slots()) if (this.index.segment[slot] === id) this.drop(slot, 'evicted');
  }

  /**
   * Forgets what left the index while another process wrote: that one removes what its log says to be gone.
   *
   * @param mayForgetAll - whether it forgets what this process let go itself, too; files must be compared then, before it
   *   writes
   */
  forgetDropped(mayForgetAll: boolean): void {
    this.dropped = this.dropped.filter(({ isLogged, fileId, fileBytes }) => {
      const isForgotten = isLogged || mayForgetAll;
      if (isForgotten && fileId !== 0) this.filesRoom -= fileRoom(fileBytes);
      return !isForgotten;
    });
  }

  /** Lets entries go, whatever the policy wants next, until it holds so much less. */
  shrink(bytes: number): void {
    this.policy.resize(Math.max(0, Math.floor(this.policy.bytes - bytes)), this.#evict);
    this.#limit = this.#settings.policyBytes;
    this.policy.resize(this.#limit, this.#evict);
  }

  readonly #evict = (_key: number, _bytes: number, slot: number): void => {
    if (slot === 0 || this.index.bytes[slot] === undefined || this.index.bytes[slot] === 0) return;
    if (this.index.offset[slot] !== NOWHERE.offset && !this.#isReplaying) this.evictions += 1;
    this.#remove(slot, 'evicted');
  };

  #remove(slot: number, reason: Dropped['reason']): void {
    this.#leave(slot, reason);
    this.tags.remove(slot);
    this.index.remove(slot);
  }

  /** What was at a slot's place is needed no more. */
  #leave(slot: number, reason: Dropped['reason']): void {
    const place = this.placeOf(slot);
    this.#segment(place.segment, -place.bytes);
    if (reason === 'expired') this.expirations += 1;
    if (place.offset !== NOWHERE.offset) this.#note({ ...place, hash: this.index.hashOf(slot) }, reason);
  }

  #note(place: EntryPlace & { readonly hash: Uint32Array }, reason: Dropped['reason']): void {
    if (this.#isReplaying && place.fileId === 0) return;
    const isLogged = this.#isReplaying && (reason === 'replaced' || reason === 'deleted');
    this.dropped.push({ ...place, reason, isLogged });
  }

  #segment(id: number, bytes: number): void {
    const segment = this.#log.segments.get(id);
    if (segment !== undefined) segment.live += bytes;
  }
}

const NO_TAGS: readonly string[] = Object.freeze([]);

/** No record begins at 0: a segment's header is there. */
const NOWHERE: EntryPlace = {
  segment: 0,
  offset: 0,
  bytes: 0,
  expiresAtMs: Number.POSITIVE_INFINITY,
  fileId: 0,
  fileBytes: 0,
};

/** Where a record is that is being written. */
export const PENDING_OFFSET = 1;

/** What an entry weighs: a fourth part of the log may be waste, so records weigh a third more than they are long. */
const weightOf = ({ bytes, fileId, fileBytes }: Pick<EntryPlace, 'bytes' | 'fileId' | 'fileBytes'>): number =>
  Math.ceil(((bytes + ROW_BYTES) * 4) / 3) + (fileId === 0 ? 0 : fileRoom(fileBytes));

/**
 * By what name the policy knows the entry of a hash: 31 bits of it, or one of the next few numbers. Small integers are
 * looked up in a `Map` several times as fast as large ones.
 */
export const policyKeyOf = (words: Uint32Array, at: number): number => (words[at] as number) >>> 1;
