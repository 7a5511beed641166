// An entry as one piece of bytes, for places that keep nothing but bytes. Little endian.
//   0 u32 magic and version · 4 u32 CRC-32 of the head from byte 8 on, with key and tags · 8 u32 CRC-32 of the value
//   12 u8 flags · 16 u32 bytes of the key · 20 u32 bytes of the tags (JSON) · 24 f64 bytes of the value · 32 f64 raw bytes
//   40 f64 created · 48 f64 expires · 56 f64 stale · 64 f64 cost · 72 key · tags · value
import { crc32 } from 'node:zlib';
import type { EntryMeta, StoredEntry } from '../byte-tier.js';
import { type EntryKey, keyText } from '../disk/entry-key.js';

const MAGIC = 0x3146_7246;
/** Bytes of a head without key and tags. */
const FRAME_HEAD_BYTES = 72;
const ZSTD = 1;
const UTF16 = 2;
const EXPIRES = 4;
const STALE = 8;

/** What the head of a frame says. */
export interface FrameHead {
  readonly key: string;
  readonly meta: EntryMeta;
  /** Bytes of the head, key and tags included: where the value begins. */
  readonly headBytes: number;
  readonly valueBytes: number;
  readonly valueCrc: number;
}

/** The head of an entry's frame: everything but its value. */
export function frameHead(key: EntryKey, { bytes, meta }: StoredEntry): Buffer {
  const tags = meta.tags.length === 0 ? undefined : Buffer.from(JSON.stringify(meta.tags));
  const keyBytes = key.bytes.byteLength;
  const head = Buffer.alloc(FRAME_HEAD_BYTES + keyBytes + (tags?.byteLength ?? 0));
  const { expiresAtMs, staleAtMs } = meta;
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(crc32(bytes), 8);
  head[12] =
    (meta.compression === 'zstd' ? ZSTD : 0) |
    (key.isUtf16 ? UTF16 : 0) |
    (expiresAtMs === undefined ? 0 : EXPIRES) |
    (staleAtMs === undefined ? 0 : STALE);
  head.writeUInt32LE(keyBytes, 16);
  head.writeUInt32LE(tags?.byteLength ?? 0, 20);
  head.writeDoubleLE(bytes.byteLength, 24);
  head.writeDoubleLE(meta.rawBytes, 32);
  head.writeDoubleLE(meta.createdAtMs, 40);
  head.writeDoubleLE(expiresAtMs ?? 0, 48);
  head.writeDoubleLE(staleAtMs ?? 0, 56);
  head.writeDoubleLE(meta.cost, 64);
  key.bytes.copy(head, FRAME_HEAD_BYTES);
  tags?.copy(head, FRAME_HEAD_BYTES + keyBytes);
  head.writeUInt32LE(crc32(head.subarray(8)), 4);
  return head;
}

/**
 * Reads the head of a frame.
 *
 * @param frame - begins with it; what follows doesn't matter
 * @returns `undefined` if it is none, or damaged
 */
export function readFrameHead(frame: Buffer): FrameHead | undefined {
  if (frame.byteLength < FRAME_HEAD_BYTES || frame.readUInt32LE(0) !== MAGIC) return undefined;
  const keyEnd = FRAME_HEAD_BYTES + frame.readUInt32LE(16);
  const headBytes = keyEnd + frame.readUInt32LE(20);
  if (headBytes > frame.byteLength) return undefined;
  if (crc32(frame.subarray(8, headBytes)) !== frame.readUInt32LE(4)) return undefined;
  const flags = frame[12] as number;
  const tags = headBytes === keyEnd ? NO_TAGS : JSON.parse(frame.toString('utf8', keyEnd, headBytes));
  return {
    key: keyText(frame.subarray(FRAME_HEAD_BYTES, keyEnd), (flags & UTF16) !== 0),
    headBytes,
    valueBytes: frame.readDoubleLE(24),
    valueCrc: frame.readUInt32LE(8),
    meta: Object.freeze({
      createdAtMs: frame.readDoubleLE(40),
      ...((flags & EXPIRES) === 0 ? {} : { expiresAtMs: frame.readDoubleLE(48) }),
      ...((flags & STALE) === 0 ? {} : { staleAtMs: frame.readDoubleLE(56) }),
      tags: Object.freeze(tags) as readonly string[],
      cost: frame.readDoubleLE(64),
      compression: (flags & ZSTD) === 0 ? ('none' as const) : ('zstd' as const),
      rawBytes: frame.readDoubleLE(32),
    }),
  };
}

const NO_TAGS: readonly string[] = Object.freeze([]);

/**
 * Reads a whole frame.
 *
 * @param frame - all of it, and nothing else
 * @returns its key and the entry, whose bytes are part of `frame`; `undefined` if any bit of it is wrong
 */
export function readFrame(frame: Buffer): { readonly key: string; readonly entry: StoredEntry } | undefined {
  const head = readFrameHead(frame);
  if (head === undefined || frame.byteLength !== head.headBytes + head.valueBytes) return undefined;
  const bytes = frame.subarray(head.headBytes);
  if (crc32(bytes) !== head.valueCrc) return undefined;
  return { key: head.key, entry: Object.freeze({ bytes, meta: head.meta }) };
}
