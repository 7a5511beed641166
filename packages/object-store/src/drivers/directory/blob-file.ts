// A blob's file: the bytes, then a table of the CRC-32 of each block of them, then what is known of the blob as JSON, then a
// footer of fixed size that says how long everything is. The bytes come first, so that they can be written before
// their number and checksum are known, and lie at multiples of the page size.
import { addToCrc32, hexOfCrc32 } from '../../checksum/crc32.js';
import type { BlobHeaders, BlobInfo } from '../../store/blob.js';

/** Bytes that are verified at once: what a range reads at least. */
export const BLOCK_BYTES = 256 * 1024;

/** 8 bytes of magic with the version, then size (u64), block bytes, bytes of JSON, CRC of the blob, CRC of the trailer (u32 each), little endian. */
export const FOOTER_BYTES = 32;
const MAGIC = Buffer.from('FRBLOB01', 'latin1');
/** Far more than keys, headers and metadata of allowed length come to. */
const MAX_JSON_BYTES = 64 * 1024;

/** What a blob's file says of it. */
export interface BlobRecord {
  readonly info: BlobInfo;
  /** CRC-32 of each block, little endian. */
  readonly table: Buffer;
  readonly blockBytes: number;
}

/** What is known of a blob when its last byte is. */
export interface BlobFacts extends BlobHeaders {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly crc: number;
  /** CRC-32 of each block. */
  readonly blocks: readonly number[];
}

/** All of the file that comes after the blob's bytes. */
export function encodeTrailer({ size, crc, blocks, ...facts }: BlobFacts): Buffer {
  const json = Buffer.from(JSON.stringify(facts));
  const trailer = Buffer.alloc(blocks.length * 4 + json.byteLength + FOOTER_BYTES);
  for (const [index, block] of blocks.entries()) trailer.writeUInt32LE(block, index * 4);
  json.copy(trailer, blocks.length * 4);
  const footer = trailer.subarray(-FOOTER_BYTES);
  MAGIC.copy(footer);
  footer.writeBigUInt64LE(BigInt(size), 8);
  footer.writeUInt32LE(BLOCK_BYTES, 16);
  footer.writeUInt32LE(json.byteLength, 20);
  footer.writeUInt32LE(crc, 24);
  footer.writeUInt32LE(addToCrc32(trailer.subarray(0, -4), 0), 28);
  return trailer;
}

/**
 * How long the trailer of a file is.
 *
 * @param footer - the file's last {@link FOOTER_BYTES}
 * @param fileBytes - the file's length
 * @returns `undefined` if this is no footer of a file of this length
 */
export function trailerBytes(footer: Buffer, fileBytes: number): number | undefined {
  if (footer.byteLength !== FOOTER_BYTES || !footer.subarray(0, 8).equals(MAGIC)) return undefined;
  const size = Number(footer.readBigUInt64LE(8));
  const blockBytes = footer.readUInt32LE(16);
  const jsonBytes = footer.readUInt32LE(20);
  if (blockBytes === 0 || jsonBytes > MAX_JSON_BYTES) return undefined;
  const bytes = Math.ceil(size / blockBytes) * 4 + jsonBytes + FOOTER_BYTES;
  return size + bytes === fileBytes ? bytes : undefined;
}

/**
 * Reads a trailer.
 *
 * @param trailer - as many bytes as {@link trailerBytes} said
 * @returns `undefined` if it is damaged
 */
export function decodeTrailer(trailer: Buffer): BlobRecord | undefined {
  if (trailer.readUInt32LE(trailer.byteLength - 4) !== addToCrc32(trailer.subarray(0, -4), 0))
    return undefined;
  const footer = trailer.subarray(-FOOTER_BYTES);
  const jsonStart = trailer.byteLength - FOOTER_BYTES - footer.readUInt32LE(20);
  const facts: Omit<BlobFacts, 'size' | 'crc' | 'blocks'> = JSON.parse(
    trailer.toString('utf8', jsonStart, trailer.byteLength - FOOTER_BYTES),
  );
  const { metadata = {}, ...rest } = facts;
  const size = Number(footer.readBigUInt64LE(8));
  const checksum = hexOfCrc32(footer.readUInt32LE(24));
  return {
    info: Object.freeze({ ...rest, size, checksum, metadata: Object.freeze(metadata) }),
    table: trailer.subarray(0, jsonStart),
    blockBytes: footer.readUInt32LE(16),
  };
}

/** Whether bytes of a blob that begin at a block are those that were stored. The last block may be shorter. */
export function verifyBlocks(
  { table, blockBytes }: BlobRecord,
  firstBlock: number,
  bytes: Uint8Array,
): boolean {
  for (let at = 0, block = firstBlock; at < bytes.byteLength; at += blockBytes, block += 1) {
    const crc = addToCrc32(bytes.subarray(at, at + blockBytes), 0);
    if (block * 4 >= table.byteLength || table.readUInt32LE(block * 4) !== crc) return false;
  }
  return true;
}
