import { expectInteger, expectNumber, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { BlobHeaders, ByteRange } from './blob.js';
import type { StoreLimits } from './object-store.js';
import { badRange } from './store-errors.js';
import type { CallOptions, GetOptions, ListOptions, PutOptions } from './store-options.js';

const HEADERS = ['contentType', 'cacheControl', 'contentDisposition', 'contentEncoding'] as const;
const METADATA_NAME = /^(?!framerail-)[a-z0-9-]{1,64}$/;
// What an HTTP header carries unchanged: visible ASCII with single blanks and tabs inside.
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?$/;

/** Checks a key. @throws FramerailError `E_INVALID_ARGUMENT` */
export function checkKey(key: unknown, { maxKeyBytes }: StoreLimits): string {
  const expected = `a well-formed string of 1 to ${maxKeyBytes} bytes of UTF-8`;
  if (typeof key !== 'string' || key === '') throw invalidArgument('key', expected, key);
  if (!key.isWellFormed()) throw invalidArgument('key', expected, 'one with half a surrogate pair');
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKeyBytes) throw invalidArgument('key', expected, `one of ${bytes} bytes`);
  return key;
}

/** Checks what every call takes. @throws FramerailError `E_INVALID_ARGUMENT` */
export function checkCall<T extends CallOptions>(options: T): T {
  const { timeoutMs, signal } = expectObject('options', options);
  if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY)
    expectNumber('timeoutMs', timeoutMs, { min: 1 });
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw invalidArgument('signal', 'an AbortSignal', signal);
  return options;
}

/** Checks the options of `put`. @throws FramerailError `E_INVALID_ARGUMENT` */
export function checkPut(options: PutOptions, limits: StoreLimits): PutOptions {
  const { size, checksum, ifMatch, ifNoneMatch } = checkCall(options);
  if (size !== undefined) expectInteger('size', size, { min: 0 });
  if (checksum !== undefined && !(typeof checksum === 'string' && /^[0-9a-f]{8}$/.test(checksum)))
    throw invalidArgument('checksum', 'a CRC-32 as 8 hexadecimal digits in lower case', checksum);
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw invalidArgument('ifNoneMatch', "'*'", ifNoneMatch);
  checkEtag(ifMatch);
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw invalidArgument('ifNoneMatch', 'only one of ifMatch and ifNoneMatch', ifNoneMatch);
  for (const name of HEADERS) {
    const value = options[name];
    if (value !== undefined && !(typeof value === 'string' && HEADER_VALUE.test(value)))
      throw invalidArgument(name, 'printable ASCII of 1 to 1024 characters, no blanks around it', value);
  }
  checkMetadata(options.metadata, limits.maxMetadataBytes);
  return options;
}

function checkMetadata(metadata: BlobHeaders['metadata'], maxBytes: number): void {
  if (metadata === undefined) return;
  let bytes = 0;
  for (const [name, value] of Object.entries(expectObject('metadata', metadata))) {
    if (!METADATA_NAME.test(name))
      throw invalidArgument('a name in metadata', '1 to 64 of a-z, 0-9 and -, not framerail-…', name);
    if (typeof value !== 'string' || !value.isWellFormed())
      throw invalidArgument(`metadata.${name}`, 'a well-formed string', value);
    bytes += name.length + Buffer.byteLength(value);
  }
  if (bytes > maxBytes) throw invalidArgument('metadata', `at most ${maxBytes} bytes`, bytes);
}

/** Checks the options of `get`. @throws FramerailError `E_INVALID_ARGUMENT` */
export function checkGet(options: GetOptions): GetOptions {
  const { range, ifMatch } = checkCall(options);
  checkEtag(ifMatch);
  if (range === undefined) return options;
  expectObject('range', range, 'a range { offset, length } or { last }');
  if ('last' in range) expectInteger('range.last', range.last, { min: 0 });
  else {
    expectInteger('range.offset', range.offset, { min: 0 });
    if (range.length !== undefined) expectInteger('range.length', range.length, { min: 0 });
  }
  return options;
}

function checkEtag(etag: unknown): void {
  if (etag === undefined) return;
  if (typeof etag !== 'string' || !HEADER_VALUE.test(etag))
    throw invalidArgument('ifMatch', 'an etag as the store gave it', etag);
}

/** The options of `list`, with their defaults. @throws FramerailError `E_INVALID_ARGUMENT` */
export function checkList(options: ListOptions): {
  readonly prefix: string;
  readonly limit: number;
  readonly cursor: string | undefined;
} {
  const { prefix = '', limit = 1000, cursor } = checkCall(options);
  if (typeof prefix !== 'string' || !prefix.isWellFormed())
    throw invalidArgument('prefix', 'a well-formed string', prefix);
  expectInteger('limit', limit, { min: 1, max: 1000 });
  if (cursor !== undefined && typeof cursor !== 'string')
    throw invalidArgument('cursor', 'the cursor of a page', cursor);
  return { prefix, limit, cursor };
}

/** The part of a blob that a range means. @throws FramerailError `E_STORE_RANGE` for an offset beyond the end */
export function resolveRange(
  key: string,
  size: number,
  range: ByteRange | undefined,
): { readonly offset: number; readonly length: number } {
  if (range === undefined) return { offset: 0, length: size };
  if ('last' in range) {
    const length = Math.min(range.last, size);
    return { offset: size - length, length };
  }
  if (range.offset > size) throw badRange(key, range.offset, size);
  return { offset: range.offset, length: Math.min(range.length ?? size, size - range.offset) };
}
