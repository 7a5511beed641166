import { crc32 } from 'node:zlib';
import type { DeleteOperation, DeleteTagOperation, SetOperation } from './disk-operation.js';
import type { DiskRoom } from './disk-room.js';
import { type DiskState, PENDING_OFFSET } from './disk-state.js';
import type { Leftovers } from './leftovers.js';
import { deletedHead, entryHead, HEAD_BYTES } from './record.js';
import type { PendingRecord, SegmentLog } from './segment-log.js';
import { ROW_BYTES } from './segment-rows.js';
import type { ValueFiles } from './value-files.js';

/** Files that are written at a time. */
const FILES_AT_ONCE = 4;
const STORED = Object.freeze({ stored: true });
const REJECTED = Object.freeze({ stored: false, reason: 'rejected' as const });

/** What a batch is made of. */
export type BatchOperation = SetOperation | DeleteOperation | DeleteTagOperation;

/** Does batches of operations: in the index, then in files and log, and then tells those who asked. */
export class DiskWriter {
  sets = 0;
  rejections = 0;
  readonly #state: DiskState;
  readonly #log: SegmentLog;
  readonly #values: ValueFiles;
  readonly #room: DiskRoom;
  readonly #leftovers: Leftovers;
  readonly #nowMs: () => number;

  constructor(parts: {
    readonly state: DiskState;
    readonly log: SegmentLog;
    readonly values: ValueFiles;
    readonly room: DiskRoom;
    readonly leftovers: Leftovers;
    readonly nowMs: () => number;
  }) {
    this.#state = parts.state;
    this.#log = parts.log;
    this.#values = parts.values;
    this.#room = parts.room;
    this.#leftovers = parts.leftovers;
    this.#nowMs = parts.nowMs;
  }

  /** Does a batch, and settles its operations. This process has the lock. */
  async write(batch: readonly BatchOperation[]): Promise<void> {
    const entered = new Batch(this.#state, this.#nowMs);
    for (const operation of batch) entered.enter(operation);
    try {
      await this.#leftovers.gather();
      await this.#room.make(entered.recordBytes + this.#leftovers.count * (HEAD_BYTES + ROW_BYTES));
      const records = await this.#writeValues(entered);
      await this.#append(entered, records);
    } catch (error) {
      entered.fail(error);
    }
    // What failed is out of the index; what it would have replaced must not come back when the log is read again.
    for (const { key, slot } of entered.unwritten()) {
      this.#state.drop(slot, 'deleted');
      this.#leftovers.owe(key.hash);
    }
    await this.#leftovers.gather().catch((error) => entered.fail(error));
    await this.#leftovers.finish();
    const { stored, rejected } = entered.settle();
    this.sets += stored;
    this.rejections += rejected;
  }

  /** Writes what goes to files, and makes the records. */
  async #writeValues(batch: Batch): Promise<Map<SetOperation, PendingRecord>> {
    const records = new Map<SetOperation, PendingRecord>();
    const waiting = batch.current();
    const next = async (): Promise<void> => {
      for (let set = waiting.shift(); set !== undefined; set = waiting.shift()) {
        const { key, entry, fileId } = set;
        try {
          const { bytes, meta } = entry;
          const valueCrc = fileId === 0 ? crc32(bytes) : await this.#values.write(fileId, bytes);
          const head = entryHead({ key, meta, valueBytes: bytes.byteLength, valueCrc, fileId });
          records.set(set, { head, value: fileId === 0 ? bytes : undefined });
        } catch (error) {
          batch.failOne(set, error);
        }
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, next));
    await this.#values.syncNames();
    return records;
  }

  async #append(batch: Batch, records: ReadonlyMap<SetOperation, PendingRecord>): Promise<void> {
    const ends = this.#leftovers.owed().map((hash) => ({ head: deletedHead(hash), value: undefined }));
    const all: PendingRecord[] = [...ends, ...records.values()];
    try {
      if (all.length > 0) await this.#log.append(all);
    } finally {
      for (const [set, { placed }] of records) if (placed !== undefined) batch.place(set, placed);
      if (ends.every((record: PendingRecord) => record.placed !== undefined)) this.#leftovers.settleOwed();
    }
  }
}

/** A batch in the making: what it did to the index, and what is still to be written. */
class Batch {
  readonly #state: DiskState;
  readonly #nowMs: () => number;
  readonly #sets: SetOperation[] = [];
  readonly #others: { readonly answer: () => void; readonly reject: (error: unknown) => void }[] = [];
  /** The set whose entry a slot has. */
  readonly #bySlot = new Map<number, SetOperation>();
  readonly #slots = new Map<SetOperation, number>();
  readonly #overtaken = new Set<SetOperation>();
  readonly #placed = new Set<SetOperation>();
  readonly #failures = new Map<SetOperation, unknown>();
  #failure: { readonly error: unknown } | undefined;

  constructor(state: DiskState, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** Bytes of the log that it needs. */
  get recordBytes(): number {
    return this.#sets.reduce((sum, { recordBytes }) => sum + recordBytes + ROW_BYTES, 0);
  }

  enter(operation: BatchOperation): void {
    if (operation.kind === 'set') this.#put(operation);
    else {
      const answer = operation.kind === 'delete' ? this.#delete(operation) : this.#deleteTag(operation);
      this.#others.push({ answer, reject: (error) => operation.settle.reject(error) });
    }
  }

  #put(set: SetOperation): void {
    const { key, entry, fileId, recordBytes } = set;
    this.#overtake(this.#state.index.find(key.hash));
    const { cost, tags, expiresAtMs = Number.POSITIVE_INFINITY } = entry.meta;
    const fileBytes = fileId === 0 ? 0 : entry.bytes.byteLength;
    const place = { segment: 0, offset: PENDING_OFFSET, bytes: recordBytes, expiresAtMs, fileId, fileBytes };
    const slot = this.#state.put(key.hash, 0, place, cost, tags);
    this.#sets.push(set);
    if (slot === 0) return;
    this.#slots.set(set, slot);
    this.#bySlot.set(slot, set);
  }

  #delete({ key, settle }: DeleteOperation): () => void {
    const isThere = this.#remove(this.#state.index.find(key.hash));
    return () => settle.resolve(isThere);
  }

  #deleteTag({ tag, settle }: DeleteTagOperation): () => void {
    const count = this.#state.tags.slots(tag).filter((slot) => this.#remove(slot)).length;
    return () => settle.resolve(count);
  }

  #remove(slot: number): boolean {
    if (slot === 0) return false;
    this.#overtake(slot);
    const isThere = (this.#state.index.expiresAtMs[slot] as number) > this.#nowMs();
    this.#state.drop(slot, 'deleted');
    return isThere;
  }

  /** Another operation of the batch comes after the set of a slot: that one is done, and need not be written. */
  #overtake(slot: number): void {
    const set = this.#bySlot.get(slot);
    if (set !== undefined && this.#isCurrent(set)) this.#overtaken.add(set);
  }

  #isCurrent(set: SetOperation): boolean {
    const slot = this.#slots.get(set);
    const { index } = this.#state;
    return (
      slot !== undefined &&
      this.#bySlot.get(slot) === set &&
      index.bytes[slot] !== 0 &&
      index.segment[slot] === 0 &&
      index.offset[slot] === PENDING_OFFSET
    );
  }

  /** Sets that are to be written. */
  current(): SetOperation[] {
    return this.#sets.filter((set) => this.#isCurrent(set));
  }

  /** Sets whose entries are in the index but not on the disk, with their slots. */
  unwritten(): { readonly key: SetOperation['key']; readonly slot: number }[] {
    return this.current().map((set) => ({ key: set.key, slot: this.#slots.get(set) as number }));
  }

  /** A set was written. */
  place(set: SetOperation, { segment, offset, bytes }: NonNullable<PendingRecord['placed']>): void {
    if (!this.#isCurrent(set)) return;
    this.#placed.add(set);
    this.#state.move(this.#slots.get(set) as number, segment.id, offset, bytes);
  }

  failOne(set: SetOperation, error: unknown): void {
    this.#failures.set(set, error);
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Tells everybody what became of their operations. */
  settle(): { readonly stored: number; readonly rejected: number } {
    let [stored, rejected] = [0, 0];
    const failure = this.#failure;
    for (const set of this.#sets) {
      const isStored = this.#placed.has(set) || this.#overtaken.has(set);
      if (isStored) {
        stored += 1;
        set.settle.resolve(STORED);
      } else if (this.#failures.has(set)) set.settle.reject(this.#failures.get(set));
      else if (failure !== undefined && this.#slots.has(set)) set.settle.reject(failure.error);
      else {
        rejected += 1;
        set.settle.resolve(REJECTED);
      }
    }
    for (const { answer, reject } of this.#others) {
      if (failure === undefined) answer();
      else reject(failure.error);
    }
    return { stored, rejected };
  }
}
