// A record of a segment: a head of 96 bytes, the key, the tags, the value, zeros up to a multiple of 8. Little endian.
//   0 u16 magic · 2 u8 not 0: was replaced or deleted later · 4 u32 CRC-32 of the head from byte 8 on, with key and tags
//   8 u8 kind · 9 u8 flags · 12 u32 bytes of the key · 16 u32 bytes of the tags (JSON) · 20 u32 CRC-32 of the value
//   24 f64 bytes of the value · 32 f64 raw bytes · 40 f64 created · 48 f64 expires · 56 f64 stale · 64 f64 cost
//   72 16 bytes hash of the key · 88 f64 number of the value's file
// The head's CRC begins with a number that is the segment's own and with the place in it, so that a record that stands
// elsewhere, in a value for instance, isn't taken for one of the segment's.
import { crc32 } from 'node:zlib';
import type { EntryMeta, StoredEntry } from '../byte-tier.js';
import { type EntryKey, keyText } from './entry-key.js';

/** What a record says. */
export const KIND = Object.freeze({ entry: 1, file: 2, deleted: 3, cleared: 4 });

/** Bytes of a head, without key and tags. */
export const HEAD_BYTES = 96;
const MAGIC = 0x7246;
/** Where the mark of a dead record stands, and what stands there. */
export const DEAD_AT = 2;
/** See {@link DEAD_AT}. */
export const DEAD_MARK = Buffer.from([0xff]);
const ZSTD = 1;
const UTF16 = 2;
const EXPIRES = 4;
const STALE = 8;
const NO_HASH = new Uint32Array(4);

/** Where a record stands, for its checksum. */
export interface RecordPlace {
  /** The segment's own number. */
  readonly salt: number;
  /** Where the record begins in its file. */
  readonly offset: number;
}

/** Bytes of a record with a value of so many. */
export const recordBytes = (headBytes: number, valueBytes: number): number =>
  Math.ceil((headBytes + valueBytes) / 8) * 8;

/** A head that has no place yet; see {@link placeHead}. */
export function entryHead(options: {
  readonly key: EntryKey;
  readonly meta: EntryMeta;
  readonly valueBytes: number;
  readonly valueCrc: number;
  /** Number of the value's file; 0: the value follows the head. */
  readonly fileId: number;
}): Buffer {
  const { key, meta, valueBytes, valueCrc, fileId } = options;
  const tags = meta.tags.length === 0 ? undefined : Buffer.from(JSON.stringify(meta.tags));
  const tagsBytes = tags?.byteLength ?? 0;
  const head = Buffer.alloc(HEAD_BYTES + key.bytes.byteLength + tagsBytes);
  const { expiresAtMs, staleAtMs } = meta;
  head[8] = fileId === 0 ? KIND.entry : KIND.file;
  head[9] =
    (meta.compression === 'zstd' ? ZSTD : 0) |
    (key.isUtf16 ? UTF16 : 0) |
    (expiresAtMs === undefined ? 0 : EXPIRES) |
    (staleAtMs === undefined ? 0 : STALE);
  head.writeUInt32LE(key.bytes.byteLength, 12);
  head.writeUInt32LE(tagsBytes, 16);
  head.writeUInt32LE(valueCrc, 20);
  head.writeDoubleLE(valueBytes, 24);
  head.writeDoubleLE(meta.rawBytes, 32);
  head.writeDoubleLE(meta.createdAtMs, 40);
  head.writeDoubleLE(expiresAtMs ?? 0, 48);
  head.writeDoubleLE(staleAtMs ?? 0, 56);
  head.writeDoubleLE(meta.cost, 64);
  writeHash(head, key.hash);
  head.writeDoubleLE(fileId, 88);
  key.bytes.copy(head, HEAD_BYTES);
  tags?.copy(head, HEAD_BYTES + key.bytes.byteLength);
  return head;
}

/** The head of a record that says that an entry was deleted, or, without a hash, that all were. */
export function deletedHead(hash?: Uint32Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head[8] = hash === undefined ? KIND.cleared : KIND.deleted;
  writeHash(head, hash ?? NO_HASH);
  return head;
}

function writeHash(head: Buffer, hash: Uint32Array): void {
  for (let word = 0; word < 4; word += 1) head.writeUInt32LE(hash[word] as number, 72 + word * 4);
}

/** Makes a head one of a place: writes its magic and its checksum. */
export function placeHead(head: Buffer, place: RecordPlace): void {
  head.writeUInt16LE(MAGIC, 0);
  head.writeUInt32LE(headCrc(head, place), 4);
}

function headCrc(head: Buffer, { salt, offset }: RecordPlace): number {
  return crc32(head.subarray(8), (salt ^ Math.imul(offset, 0x9e37_79b1)) >>> 0);
}

/**
 * Reads a head.
 *
 * @param bytes - begins with the record; may end anywhere
 * @returns the head with key and tags; the bytes that are needed, if these are too few; `undefined` if this is none
 */
export function readHead(
  bytes: Buffer,
  place: RecordPlace,
  maxHeadBytes: number,
): Buffer | number | undefined {
  if (bytes.byteLength < HEAD_BYTES) return HEAD_BYTES;
  if (bytes.readUInt16LE(0) !== MAGIC) return undefined;
  const headBytes = HEAD_BYTES + bytes.readUInt32LE(12) + bytes.readUInt32LE(16);
  if (headBytes > maxHeadBytes) return undefined;
  if (bytes.byteLength < headBytes) return headBytes;
  const head = bytes.subarray(0, headBytes);
  return head.readUInt32LE(4) === headCrc(head, place) ? head : undefined;
}

/** A head that {@link readHead} gave, read further. */
export const headOf = Object.freeze({
  isDead: (head: Buffer): boolean => head[DEAD_AT] !== 0,
  kind: (head: Buffer): number => head[8] as number,
  valueBytes: (head: Buffer): number => head.readDoubleLE(24),
  valueCrc: (head: Buffer): number => head.readUInt32LE(20),
  expiresAtMs: (head: Buffer): number =>
    ((head[9] as number) & EXPIRES) === 0 ? Number.POSITIVE_INFINITY : head.readDoubleLE(48),
  cost: (head: Buffer): number => head.readDoubleLE(64),
  fileId: (head: Buffer): number => head.readDoubleLE(88),
  hash: (head: Buffer): Buffer => head.subarray(72, 88),
  key: (head: Buffer): string =>
    keyText(
      head.subarray(HEAD_BYTES, HEAD_BYTES + head.readUInt32LE(12)),
      ((head[9] as number) & UTF16) !== 0,
    ),
  tags: (head: Buffer): readonly string[] =>
    head.readUInt32LE(16) === 0
      ? NO_TAGS
      : Object.freeze(JSON.parse(head.toString('utf8', HEAD_BYTES + head.readUInt32LE(12))) as string[]),
});
const NO_TAGS: readonly string[] = Object.freeze([]);

/** What a head says of its entry. */
export function metaOf(head: Buffer): EntryMeta {
  const flags = head[9] as number;
  return Object.freeze({
    createdAtMs: head.readDoubleLE(40),
    ...((flags & EXPIRES) === 0 ? {} : { expiresAtMs: head.readDoubleLE(48) }),
    ...((flags & STALE) === 0 ? {} : { staleAtMs: head.readDoubleLE(56) }),
    tags: headOf.tags(head),
    cost: headOf.cost(head),
    compression: (flags & ZSTD) === 0 ? 'none' : 'zstd',
    rawBytes: head.readDoubleLE(32),
  });
}

/** Bytes of the record that a head begins. */
export const recordBytesOf = (head: Buffer): number =>
  recordBytes(head.byteLength, headOf.kind(head) === KIND.entry ? headOf.valueBytes(head) : 0);

/**
 * The entry of a record whose value follows its head.
 *
 * @param record - all of it
 * @returns its key and the entry, whose bytes are part of `record`; `undefined` if it is damaged or dead
 */
export function readEntry(
  record: Buffer,
  place: RecordPlace,
): { readonly key: string; readonly entry: StoredEntry } | undefined {
  const head = readHead(record, place, record.byteLength);
  if (!(head instanceof Buffer) || headOf.isDead(head) || headOf.kind(head) !== KIND.entry) return undefined;
  const bytes = record.subarray(head.byteLength, head.byteLength + headOf.valueBytes(head));
  if (bytes.byteLength !== headOf.valueBytes(head) || crc32(bytes) !== headOf.valueCrc(head))
    return undefined;
  return { key: headOf.key(head), entry: { bytes, meta: metaOf(head) } };
}
