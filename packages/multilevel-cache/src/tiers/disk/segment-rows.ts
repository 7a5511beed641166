// What the records of a segment say, without their values, in rows of 64 bytes: what the index is made from. A sealed
// segment has them in a file beside it, so that opening a store doesn't read the segments.
//   u32 × 8: hash (4), offset, bytes, kind, place in the list of tags (0: none) · f64 × 4: expires, cost, value's bytes,
//   number of the value's file (the last two of entries with a file of their own)
import { crc32 } from 'node:zlib';

/** Bytes of a row. */
export const ROW_BYTES = 64;
const WORDS = 16;
const DOUBLES = 8;
/** Written in the machine's own order of bytes, as the rows are: another order is no file of ours. */
const MAGIC = 0x4652_4831;
const HEADER_WORDS = 16;

/** A row, to be added. */
export interface SegmentRow {
  readonly hash: Uint32Array;
  readonly offset: number;
  readonly bytes: number;
  readonly kind: number;
  readonly tags: readonly string[];
  /** Infinity: never. */
  readonly expiresAtMs: number;
  readonly cost: number;
  readonly fileBytes: number;
  readonly fileId: number;
}

/** The rows of a segment, in the order of its records. */
export class SegmentRows {
  /** How many rows there are. */
  count = 0;
  /** Sixteen a row, see above. */
  words: Uint32Array;
  /** Eight a row, see above. */
  doubles: Float64Array;
  /** Lists of tags, each once. */
  readonly #tags: (readonly string[])[] = [];
  readonly #tagPlaces = new Map<string, number>();
  /** Bytes of their JSON. */
  #tagsBytes = 0;

  /** @param buffer - rows that are there; its length is a multiple of {@link ROW_BYTES} */
  constructor(buffer: ArrayBuffer = new ArrayBuffer(ROW_BYTES * 16), byteOffset = 0, count = 0) {
    this.words = new Uint32Array(buffer, byteOffset);
    this.doubles = new Float64Array(buffer, byteOffset, this.words.length / 2);
    this.count = count;
  }

  /** Length of the file that they make, or a few bytes more. */
  get fileBytes(): number {
    return HEADER_WORDS * 4 + this.count * ROW_BYTES + this.#tagsBytes + 4;
  }

  /** Tags of a row. */
  tags(row: number): readonly string[] | undefined {
    const place = this.words[row * WORDS + 7] as number;
    return place === 0 ? undefined : this.#tags[place - 1];
  }

  /** Adds a row. */
  add(row: SegmentRow): void {
    if ((this.count + 1) * WORDS > this.words.length) this.#grow();
    const word = this.count * WORDS;
    this.words.set(row.hash, word);
    this.words[word + 4] = row.offset;
    this.words[word + 5] = row.bytes;
    this.words[word + 6] = row.kind;
    this.words[word + 7] = row.tags.length === 0 ? 0 : this.#addTags(row.tags);
    const double = this.count * DOUBLES;
    this.doubles[double + 4] = row.expiresAtMs;
    this.doubles[double + 5] = row.cost;
    this.doubles[double + 6] = row.fileBytes;
    this.doubles[double + 7] = row.fileId;
    this.count += 1;
  }

  /** The file beside a segment of this length and number. */
  encode(segmentBytes: number, salt: number): Buffer {
    const tags = Buffer.from(JSON.stringify(this.#tags));
    const rowsBytes = this.count * ROW_BYTES;
    const file = Buffer.alloc(HEADER_WORDS * 4 + rowsBytes + tags.byteLength);
    const header = new Uint32Array(file.buffer, file.byteOffset, HEADER_WORDS);
    file.set(new Uint8Array(this.words.buffer, this.words.byteOffset, rowsBytes), HEADER_WORDS * 4);
    tags.copy(file, HEADER_WORDS * 4 + rowsBytes);
    header.set([MAGIC, 0, this.count, tags.byteLength, salt, segmentBytes]);
    header[1] = crc32(file.subarray(8));
    return file;
  }

  /** Reads such a file. @returns `undefined` if it is damaged or of another segment */
  static decode(file: Buffer, segmentBytes: number, salt: number): SegmentRows | undefined {
    if (file.byteLength < HEADER_WORDS * 4 || file.byteOffset % 8 !== 0) return undefined;
    const header = new Uint32Array(file.buffer, file.byteOffset, HEADER_WORDS);
    const [magic, crc, count = 0, tagsBytes = 0] = header;
    const rowsBytes = count * ROW_BYTES;
    if (magic !== MAGIC || header[4] !== salt || header[5] !== segmentBytes) return undefined;
    if (file.byteLength !== HEADER_WORDS * 4 + rowsBytes + tagsBytes) return undefined;
    if (crc !== crc32(file.subarray(8))) return undefined;
    const start = file.byteOffset + HEADER_WORDS * 4;
    const rows = new SegmentRows((file.buffer as ArrayBuffer).slice(start, start + rowsBytes), 0, count);
    for (const tags of JSON.parse(file.toString('utf8', HEADER_WORDS * 4 + rowsBytes)) as string[][])
      rows.#tags.push(tags);
    rows.#tagsBytes = tagsBytes;
    return rows;
  }

  #addTags(tags: readonly string[]): number {
    const text = JSON.stringify(tags);
    let place = this.#tagPlaces.get(text);
    if (place === undefined) {
      place = this.#tags.push(tags);
      this.#tagPlaces.set(text, place);
      this.#tagsBytes += Buffer.byteLength(text) + 1;
    }
    return place;
  }

  #grow(): void {
    const words = new Uint32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(words.buffer);
  }
}
