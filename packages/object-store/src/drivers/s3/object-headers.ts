import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { invalidArgument } from '@framerail/lifecycle';
import { crc32OfBase64, hexOfCrc32 } from '../../checksum/crc32.js';
import type { BlobHeaders, BlobInfo } from '../../store/blob.js';

/** Metadata of the driver's own: the key of a hashed name, and which put an object is of. */
const KEY_ENTRY = 'framerail-key';
export const PUT_ENTRY = 'framerail-put';

/** S3's limit for the names and values of metadata together. */
const MAX_BYTES = 2048;
const PLAIN = /^(?!=\?)[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const ENCODED = /^=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=$/;

/** A value of metadata as a header carries it: as it is, or as an encoded word (RFC 2047). */
const writeValue = (value: string): string =>
  PLAIN.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;

function readValue(header: string): string {
  const word = ENCODED.exec(header)?.[1];
  if (word === undefined) return header;
  const value = Buffer.from(word, 'base64').toString();
  return writeValue(value) === header ? value : header;
}

/** What a put says of its blob. @throws FramerailError `E_INVALID_ARGUMENT` for metadata that S3 doesn't take */
export function writeHeaders(
  headers: BlobHeaders,
  own: { readonly hashedKey: string | undefined; readonly putId: string | undefined },
) {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers.metadata ?? {})) metadata[name] = writeValue(value);
  if (own.hashedKey !== undefined) metadata[KEY_ENTRY] = Buffer.from(own.hashedKey).toString('base64url');
  if (own.putId !== undefined) metadata[PUT_ENTRY] = own.putId;
  const bytes = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > MAX_BYTES)
    throw invalidArgument(
      'metadata',
      `at most ${MAX_BYTES} bytes as headers, with what a long key needs`,
      bytes,
    );
  return {
    ContentType: headers.contentType,
    CacheControl: headers.cacheControl,
    ContentDisposition: headers.contentDisposition,
    ContentEncoding: headers.contentEncoding,
    Metadata: metadata,
  };
}

/** The headers of an object, as the SDK names them. */
export type ObjectHeaders = ReturnType<typeof writeHeaders>;

/** What an answer says of an object. */
export function readInfo(
  key: string,
  output: HeadObjectCommandOutput | GetObjectCommandOutput,
  size: number,
): BlobInfo {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(output.Metadata ?? {}))
    if (name !== KEY_ENTRY && name !== PUT_ENTRY) metadata[name] = readValue(value);
  // Of parts, a server may keep a checksum of their checksums alone, which tells nothing of the whole.
  const crc = output.ChecksumType === 'COMPOSITE' ? undefined : crc32OfBase64(output.ChecksumCRC32);
  return Object.freeze({
    key,
    size,
    etag: output.ETag ?? '',
    lastModifiedMs: output.LastModified?.getTime() ?? 0,
    checksum: crc === undefined ? undefined : hexOfCrc32(crc),
    contentType: output.ContentType,
    cacheControl: output.CacheControl,
    contentDisposition: output.ContentDisposition,
    contentEncoding: output.ContentEncoding,
    metadata: Object.freeze(metadata),
  });
}

/** The key that an object of a hashed name says it has. */
export function keyInMetadata(output: HeadObjectCommandOutput): string | undefined {
  const written = output.Metadata?.[KEY_ENTRY];
  return written === undefined ? undefined : Buffer.from(written, 'base64url').toString();
}
