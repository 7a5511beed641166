import { crc32 } from 'node:zlib';

/**
 * CRC-32 of ISO 3309 (polynomial 0x04C11DB7 reflected), as in zip, zlib and S3's `x-amz-checksum-crc32`.
 *
 * @param bytes - what is added
 * @param before - the CRC-32 of all that came before; 0 at the start
 * @returns 32 bits, unsigned
 */
export const addToCrc32 = (bytes: Uint8Array, before: number): number => crc32(bytes, before);

/** A CRC-32 as 8 hexadecimal digits, the most significant first. */
export const hexOfCrc32 = (value: number): string => value.toString(16).padStart(8, '0');

/** A CRC-32 as HTTP headers of S3 have it: the four bytes, the most significant first, in base 64. */
export function base64OfCrc32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
}

/** Reads what {@link base64OfCrc32} writes. @returns `undefined` for anything else, such as checksums of checksums */
export function crc32OfBase64(text: string | undefined): number | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/]{6}==$/.test(text)) return undefined;
  return Buffer.from(text, 'base64').readUInt32BE();
}
