import type { StoredEntry } from '../byte-tier.js';
import { errnoOf } from './disk-errors.js';
import type { EntryPlace } from './disk-state.js';
import { readInto } from './file-io.js';
import type { OpenFiles } from './open-files.js';
import { QuickReads } from './quick-reads.js';
import { headOf, KIND, metaOf, readEntry, readHead } from './record.js';
import type { SegmentLog } from './segment-log.js';
import type { StoreFolder } from './store-folder.js';
import type { ValueFiles } from './value-files.js';

/** An entry that was read whole and verified. */
export interface ReadEntry {
  readonly key: string;
  readonly entry: StoredEntry;
}

/**
 * Why there is none: its segment is `gone`, the file of its value has `vanished`, its record is marked as `dead`, or what
 * is there is `damaged`.
 */
export type NoEntry = 'gone' | 'vanished' | 'dead' | 'damaged';

/** Reads entries and verifies them. */
export class EntryReader {
  readonly #log: SegmentLog;
  readonly #folder: StoreFolder;
  readonly #files: OpenFiles;
  readonly #values: ValueFiles;
  readonly #quick = new QuickReads();

  constructor(log: SegmentLog, folder: StoreFolder, files: OpenFiles, values: ValueFiles) {
    this.#log = log;
    this.#folder = folder;
    this.#files = files;
    this.#values = values;
  }

  /** Reads an entry. Its bytes are memory of their own. */
  async read(place: EntryPlace): Promise<ReadEntry | NoEntry> {
    if (place.fileId !== 0) return this.#readWithFile(place);
    const record = await this.#record(place, place.bytes);
    if (typeof record === 'string') return record;
    const found = readEntry(record.bytes, { salt: record.salt, offset: place.offset });
    return found ?? (record.bytes[2] === 0 ? 'damaged' : 'dead');
  }

  /** Reads a small entry on the caller's thread; `undefined` where `read` must see to it. */
  readNow(place: EntryPlace): ReadEntry | undefined {
    const salt = this.#log.segments.get(place.segment)?.salt;
    if (salt === undefined || place.fileId !== 0) return undefined;
    const bytes = this.#quick.read(
      this.#files.peek(this.#folder.log(place.segment)),
      place.bytes,
      place.offset,
    );
    return bytes && readEntry(bytes, { salt, offset: place.offset });
  }

  /** Reads what is known of an entry, without its value. */
  async readHead(place: EntryPlace): Promise<Buffer | NoEntry> {
    for (let want = Math.min(place.bytes, 512); ; ) {
      const record = await this.#record(place, want);
      if (typeof record === 'string') return record;
      const head = readHead(record.bytes, { salt: record.salt, offset: place.offset }, place.bytes);
      if (head instanceof Buffer) return headOf.isDead(head) ? 'dead' : head;
      if (typeof head !== 'number' || head <= want) return 'damaged';
      want = head;
    }
  }

  async #readWithFile(place: EntryPlace): Promise<ReadEntry | NoEntry> {
    const [head, value] = await Promise.all([
      this.readHead(place),
      this.#values.read(place.fileId, place.fileBytes),
    ]);
    if (typeof head === 'string') return head;
    if (headOf.kind(head) !== KIND.file || headOf.fileId(head) !== place.fileId) return 'damaged';
    if (value === undefined) return 'vanished';
    if (value.crc !== headOf.valueCrc(head)) return 'damaged';
    if (value.bytes.byteLength !== headOf.valueBytes(head)) return 'damaged';
    return { key: headOf.key(head), entry: { bytes: value.bytes, meta: metaOf(head) } };
  }

  async #record(place: EntryPlace, length: number): Promise<{ bytes: Buffer; salt: number } | NoEntry> {
    const salt = this.#log.segments.get(place.segment)?.salt;
    if (salt === undefined) return 'gone';
    try {
      const path = this.#folder.log(place.segment);
      const read = this.#quick.read(this.#files.peek(path), length, place.offset);
      if (read !== undefined) return { bytes: read, salt };
      const bytes = Buffer.allocUnsafeSlow(length);
      const count = await this.#files.use(path, true, (fd) => readInto(fd, bytes, place.offset));
      return count === length ? { bytes, salt } : 'damaged';
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return 'gone';
      throw error;
    }
  }
}
