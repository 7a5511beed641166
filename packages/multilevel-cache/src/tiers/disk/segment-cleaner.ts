import { existsSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { DiskState, Dropped } from './disk-state.js';
import { readInto } from './file-io.js';
import type { OpenFiles } from './open-files.js';
import { headOf, KIND, readHead, recordBytesOf } from './record.js';
import type { PendingRecord, Segment, SegmentLog } from './segment-log.js';
import type { StoreFolder } from './store-folder.js';

/** Bytes that are read and written at once. */
const SPAN_BYTES = 1024 * 1024;

interface LiveRecord {
  /** The slot of its entry; 0 if that is being replaced. */
  readonly slot: number;
  /** What is being replaced. */
  readonly replaced: Dropped | undefined;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Takes the oldest segment away, after its living records were appended anew. Always the oldest: so a record that was
 * replaced or deleted never outlives the one that says so.
 */
export class SegmentCleaner {
  /** Records that were found damaged. */
  corruptions = 0;
  readonly #folder: StoreFolder;
  readonly #log: SegmentLog;
  readonly #state: DiskState;
  readonly #files: OpenFiles;
  readonly #nowMs: () => number;

  constructor(folder: StoreFolder, log: SegmentLog, state: DiskState, files: OpenFiles, nowMs: () => number) {
    this.#folder = folder;
    this.#log = log;
    this.#state = state;
    this.#files = files;
    this.#nowMs = nowMs;
  }

  /**
   * Cleans the oldest segment.
   *
   * @param replacedIn - gives what is being replaced in a segment, by its place
   * @returns whether there was one
   */
  async clean(replacedIn: (segment: number) => ReadonlyMap<number, Dropped>): Promise<boolean> {
    const [segment] = this.#log.segments.values();
    if (segment === undefined) return false;
    if (segment === this.#log.active) await this.#log.seal();
    // Somebody removed its file.
    if (!existsSync(this.#folder.log(segment.id))) this.#state.forgetSegment(segment.id);
    let span: LiveRecord[] = [];
    for (const record of await this.#living(segment, replacedIn(segment.id))) {
      const [first] = span;
      if (first !== undefined && record.offset + record.bytes - first.offset > SPAN_BYTES) {
        await this.#move(segment, span);
        span = [];
      }
      span.push(record);
    }
    await this.#move(segment, span);
    await this.#log.remove(segment);
    return true;
  }

  async #living(segment: Segment, replaced: ReadonlyMap<number, Dropped>): Promise<LiveRecord[]> {
    if (segment.live === 0 && replaced.size === 0) return [];
    const { index } = this.#state;
    const { words, count } = await this.#log.rowsOf(segment);
    const records: LiveRecord[] = [];
    for (let row = 0; row < count; row += 1) {
      const word = row * 16;
      const [offset, bytes, kind] = [words[word + 4], words[word + 5], words[word + 6]] as number[];
      if (kind !== KIND.entry && kind !== KIND.file) continue;
      const record = { offset: offset as number, bytes: bytes as number };
      const item = replaced.get(record.offset);
      const slot = item === undefined ? index.find(words, word) : 0;
      if (item !== undefined) records.push({ ...record, slot, replaced: item });
      else if (slot === 0 || index.segment[slot] !== segment.id || index.offset[slot] !== offset) continue;
      else if ((index.expiresAtMs[slot] as number) <= this.#nowMs()) this.#state.drop(slot, 'expired');
      else records.push({ ...record, slot, replaced: undefined });
    }
    return records;
  }

  async #move(segment: Segment, span: readonly LiveRecord[]): Promise<void> {
    const [first, last] = [span[0], span.at(-1)];
    if (first === undefined || last === undefined) return;
    const bytes = Buffer.allocUnsafeSlow(last.offset + last.bytes - first.offset);
    const path = this.#folder.log(segment.id);
    const count = await this.#files.use(path, true, (fd) => readInto(fd, bytes, first.offset));
    const moved: { record: PendingRecord; live: LiveRecord }[] = [];
    for (const live of span) {
      const { slot, offset, bytes: length } = live;
      const at = offset - first.offset;
      const whole = bytes.subarray(at, Math.min(count, at + length));
      const record = verified(whole, { salt: segment.salt as number, offset });
      if (record !== undefined) moved.push({ record, live });
      else if (this.#isAt(slot, segment, offset)) {
        if (whole[2] === 0) this.corruptions += 1;
        this.#state.drop(slot, whole[2] === 0 ? 'corrupt' : 'evicted');
      }
    }
    await this.#log.append(moved.map(({ record }) => record));
    for (const { record, live } of moved) {
      const { placed } = record;
      if (placed === undefined) continue;
      const { slot, offset, replaced } = live;
      if (replaced !== undefined) {
        replaced.segment = placed.segment.id;
        replaced.offset = placed.offset;
      } else if (this.#isAt(slot, segment, offset))
        this.#state.move(slot, placed.segment.id, placed.offset, placed.bytes);
    }
  }

  /** Whether an entry still is where it was: it may have gone meanwhile. */
  #isAt(slot: number, segment: Segment, offset: number): boolean {
    const { index } = this.#state;
    return index.bytes[slot] !== 0 && index.segment[slot] === segment.id && index.offset[slot] === offset;
  }
}

/** A record as it is appended again; `undefined` if it is damaged or dead. */
function verified(bytes: Buffer, place: { salt: number; offset: number }): PendingRecord | undefined {
  const head = readHead(bytes, place, bytes.byteLength);
  if (!(head instanceof Buffer) || headOf.isDead(head)) return undefined;
  if (headOf.kind(head) === KIND.file) return { head: Buffer.from(head), value: undefined };
  const value = bytes.subarray(head.byteLength, head.byteLength + headOf.valueBytes(head));
  if (recordBytesOf(head) > bytes.byteLength || crc32(value) !== headOf.valueCrc(head)) return undefined;
  return { head: Buffer.from(head), value };
}
