import { randomBytes } from 'node:crypto';
import { close, fstatSync, open } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errnoOf } from './disk-errors.js';
import type { DiskSettings } from './disk-options.js';
import { readInto, syncData, syncFolder, truncate, writeVectors } from './file-io.js';
import type { OpenFiles } from './open-files.js';
import { QuickWrites } from './quick-writes.js';
import { DEAD_AT, DEAD_MARK, placeHead, recordBytes } from './record.js';
import { decodeSegmentHeader, encodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.js';
import { SegmentRows } from './segment-rows.js';
import { addRow, scanSegment } from './segment-scan.js';
import type { StoreFolder } from './store-folder.js';

const openFile = promisify(open);
const closeFile = promisify(close);
const PADDING = Buffer.alloc(8);
const BLOCK_BYTES = 4096;
const blocks = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;

/** A segment of the log. */
export interface Segment {
  readonly id: number;
  /** Its own number, which its records' checksums begin with; `undefined` if its header is damaged. */
  readonly salt: number | undefined;
  /** Length of its file. */
  bytes: number;
  /** Length of the file with its rows, or what that will be. */
  rowsBytes: number;
  /** Up to where its records are known. */
  end: number;
  /** Bytes of its records that the index points to. */
  live: number;
}

/** A record to be appended, and where it went. */
export interface PendingRecord {
  readonly head: Buffer;
  readonly value: Uint8Array | undefined;
  /** Where it was written; `undefined` until then. */
  placed?: { readonly segment: Segment; readonly offset: number; readonly bytes: number };
}

interface ActiveSegment {
  readonly segment: Segment;
  readonly fd: number;
  readonly rows: SegmentRows;
}

/**
 * The segments of the log, and the one to which this process appends. No process appends to a segment that it didn't
 * make itself, and none goes on with one when there is a newer one, so a later record is always one of a later place.
 */
export class SegmentLog {
  /** In order. */
  readonly segments = new Map<number, Segment>();
  /** Bytes that all of them take on the disk. */
  room = 0;
  readonly #settings: DiskSettings;
  readonly #folder: StoreFolder;
  readonly #files: OpenFiles;
  readonly #quick = new QuickWrites();
  #active: ActiveSegment | undefined;

  constructor(settings: DiskSettings, folder: StoreFolder, files: OpenFiles) {
    this.#settings = settings;
    this.#folder = folder;
    this.#files = files;
  }

  /** The segment that this process appends to. */
  get active(): Segment | undefined {
    return this.#active?.segment;
  }

  /** Number of the newest segment; 0 if there is none. */
  get newest(): number {
    return Math.max(0, ...[...this.segments.keys()].slice(-1));
  }

  /** Appends records, beginning new segments where it must. What couldn't be written has no place afterwards. */
  async append(records: readonly PendingRecord[]): Promise<void> {
    let batch: PendingRecord[] = [];
    let batchBytes = 0;
    await this.#leaveRemoved();
    for (const record of records) {
      const bytes = recordBytes(record.head.byteLength, record.value?.byteLength ?? 0);
      const end = (this.#active?.segment.bytes ?? 0) + batchBytes + bytes;
      const isOvertaken = this.#active !== undefined && this.#active.segment.id !== this.newest;
      if (this.#active === undefined || isOvertaken || end > this.#settings.segmentBytes) {
        await this.#write(batch);
        [batch, batchBytes] = [[], 0];
        await this.#begin();
      }
      batch.push(record);
      batchBytes += bytes;
    }
    await this.#write(batch);
  }

  /** Marks records of a segment as dead, in their place. */
  async markDead(id: number, offsets: readonly number[]): Promise<void> {
    if (!this.segments.has(id)) return;
    const active = this.#active?.segment.id === id ? this.#active : undefined;
    const positions = offsets.map((offset) => offset + DEAD_AT);
    await this.#quick.mark(active?.fd ?? this.#folder.log(id), DEAD_MARK, positions);
  }

  /** Ends the segment that is appended to: writes its rows beside it. */
  async seal(): Promise<void> {
    const active = this.#active;
    if (active === undefined) return;
    this.#active = undefined;
    const { segment, fd, rows } = active;
    try {
      if (this.#settings.durability === 'data') await syncData(fd);
      const file = rows.encode(segment.bytes, segment.salt as number);
      this.#setBytes(segment, segment.bytes, file.byteLength);
      // Without them the segment is read once more.
      await writeFile(this.#folder.rows(segment.id), file).catch(() =>
        rm(this.#folder.rows(segment.id), { force: true }).catch(() => {}),
      );
    } finally {
      await closeFile(fd);
    }
  }

  /** Has what was appended written to the disk. */
  async sync(): Promise<void> {
    if (this.#active === undefined) return;
    await syncData(this.#active.fd);
    await syncFolder(this.#folder.segments);
  }

  /** Reads a segment that another process, or an earlier one, wrote. @returns `undefined` if there is none any more */
  async load(id: number): Promise<{ segment: Segment; rows: SegmentRows } | undefined> {
    const path = this.#folder.log(id);
    try {
      const { size } = await stat(path);
      const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
      await this.#files.use(path, true, (fd) => readInto(fd, header, 0));
      const salt = decodeSegmentHeader(header, id);
      const segment: Segment = { id, salt, bytes: 0, rowsBytes: 0, end: SEGMENT_HEADER_BYTES, live: 0 };
      this.segments.set(id, segment);
      this.#setBytes(segment, size, 0);
      if (salt === undefined) return { segment, rows: new SegmentRows() };
      const known = await this.#readRows(segment);
      if (known !== undefined) segment.end = size;
      return { segment, rows: known ?? (await this.follow(segment)) };
    } catch (error) {
      // Unread it would pass for a segment that is known, and what it replaced for what there is.
      this.drop(id);
      if (errnoOf(error) !== 'ENOENT') throw error;
      return undefined;
    }
  }

  /** Reads what a segment of another process got since it was read last. */
  async follow(segment: Segment): Promise<SegmentRows> {
    const path = this.#folder.log(segment.id);
    const { rows, end, size } = await this.#files.use(path, true, async (fd) => {
      const { size } = await stat(path);
      const found = await scanSegment(fd, { from: segment.end, to: size }, segment.salt as number);
      return { ...found, size };
    });
    segment.end = end;
    this.#setBytes(segment, size, segment.rowsBytes + rows.fileBytes);
    return rows;
  }

  /** What all records of a segment say. */
  async rowsOf(segment: Segment): Promise<SegmentRows> {
    if (segment.salt === undefined) return new SegmentRows();
    const known = await this.#readRows(segment);
    if (known !== undefined) return known;
    const range = { from: SEGMENT_HEADER_BYTES, to: segment.bytes };
    const scan = (fd: number) => scanSegment(fd, range, segment.salt as number);
    return (await this.#files.use(this.#folder.log(segment.id), true, scan)).rows;
  }

  /** Takes a segment away. */
  async remove(segment: Segment): Promise<void> {
    if (this.#active?.segment === segment) await this.seal();
    const [log, rows] = [this.#folder.log(segment.id), this.#folder.rows(segment.id)];
    await rm(log, { force: true });
    await rm(rows, { force: true });
    await this.#files.forget(log);
    this.drop(segment.id);
    await this.#folder.countTurn();
  }

  /** Forgets a segment that is gone. */
  drop(id: number): void {
    const segment = this.segments.get(id);
    if (segment === undefined) return;
    this.#setBytes(segment, 0, 0);
    this.segments.delete(id);
  }

  /** Appends no more to a segment whose file somebody removed: what is written there is lost. */
  async #leaveRemoved(): Promise<void> {
    const active = this.#active;
    if (active === undefined || fstatSync(active.fd).nlink > 0) return;
    this.#active = undefined;
    await closeFile(active.fd).catch(() => {});
    await this.#files.forget(this.#folder.log(active.segment.id));
  }

  async #begin(): Promise<void> {
    await this.seal();
    const { durability } = this.#settings;
    const salt = randomBytes(4).readUInt32LE(0);
    let id = this.newest + 1;
    let fd: number | undefined;
    while (fd === undefined)
      fd = await openFile(this.#folder.log(id), 'wx').catch((error) => {
        if (errnoOf(error) !== 'EEXIST') throw error;
        id += 1;
        return undefined;
      });
    const segment: Segment = { id, salt, bytes: 0, rowsBytes: 0, end: 0, live: 0 };
    this.segments.set(id, segment);
    this.#setBytes(segment, SEGMENT_HEADER_BYTES, SEGMENT_HEADER_BYTES);
    try {
      await writeVectors(fd, [encodeSegmentHeader(id, salt)], 0);
      if (durability === 'sync') await syncFolder(this.#folder.segments);
      await this.#folder.countTurn();
    } catch (error) {
      await closeFile(fd);
      await this.remove(segment).catch(() => {});
      throw error;
    }
    this.#active = { segment, fd, rows: new SegmentRows() };
  }

  async #write(batch: readonly PendingRecord[]): Promise<void> {
    const active = this.#active;
    if (active === undefined || batch.length === 0) return;
    const { segment, fd, rows } = active;
    const parts: Uint8Array[] = [];
    const places: { record: PendingRecord; offset: number; bytes: number }[] = [];
    let offset = segment.bytes;
    for (const record of batch) {
      const { head, value } = record;
      const length = head.byteLength + (value?.byteLength ?? 0);
      const bytes = recordBytes(length, 0);
      placeHead(head, { salt: segment.salt as number, offset });
      parts.push(head);
      if (value !== undefined && value.byteLength > 0) parts.push(value);
      if (bytes > length) parts.push(PADDING.subarray(0, bytes - length));
      places.push({ record, offset, bytes });
      offset += bytes;
    }
    try {
      await this.#quick.write(fd, parts, segment.bytes);
      if (this.#settings.durability === 'sync') await syncData(fd);
    } catch (error) {
      await this.#abandon(active);
      throw error;
    }
    for (const { record, offset, bytes } of places) {
      record.placed = { segment, offset, bytes };
      addRow(rows, record.head, offset, bytes);
    }
    segment.end = offset;
    this.#setBytes(segment, offset, rows.fileBytes);
  }

  /** Gives a segment up to which a write failed, so that nothing is ever written over what others may have read. */
  async #abandon({ segment, fd }: ActiveSegment): Promise<void> {
    this.#active = undefined;
    await truncate(fd, segment.bytes).catch(() => {});
    await closeFile(fd).catch(() => {});
    const stats = await stat(this.#folder.log(segment.id)).catch(() => undefined);
    this.#setBytes(segment, stats?.size ?? segment.bytes, segment.rowsBytes);
  }

  async #readRows(segment: Segment): Promise<SegmentRows | undefined> {
    const file = await readFile(this.#folder.rows(segment.id)).catch(() => undefined);
    const rows = file && SegmentRows.decode(file, segment.bytes, segment.salt as number);
    if (rows !== undefined) this.#setBytes(segment, segment.bytes, rows.fileBytes);
    return rows;
  }

  #setBytes(segment: Segment, bytes: number, rowsBytes: number): void {
    this.room -= blocks(segment.bytes) + blocks(segment.rowsBytes);
    this.room += blocks(bytes) + blocks(rowsBytes);
    segment.bytes = bytes;
    segment.rowsBytes = rowsBytes;
  }
}
