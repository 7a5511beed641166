import { crc32 } from 'node:zlib';

/** Bytes in front of a segment's first record. */
export const SEGMENT_HEADER_BYTES = 64;
const COPY_BYTES = 32;
const MAGIC = Buffer.from('FRDSEG01', 'latin1');

/** A segment's header: twice the same, since without it nothing of the segment can be read. */
export function encodeSegmentHeader(id: number, salt: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(id, 8);
  header.writeUInt32LE(salt, 12);
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
  header.copy(header, COPY_BYTES, 0, COPY_BYTES);
  return header;
}

/** The salt of a segment; `undefined` if both copies are damaged. */
export function decodeSegmentHeader(header: Buffer, id: number): number | undefined {
  for (const at of [0, COPY_BYTES]) {
    const copy = header.subarray(at, at + COPY_BYTES);
    if (!copy.subarray(0, 8).equals(MAGIC) || copy.readUInt32LE(8) !== id) continue;
    if (copy.readUInt32LE(16) === crc32(copy.subarray(0, 16))) return copy.readUInt32LE(12);
  }
  return undefined;
}
