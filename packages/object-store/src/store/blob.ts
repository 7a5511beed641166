/** What travels with a blob beside its bytes. All of it comes back from `head` and `get` as it was given. */
export interface BlobHeaders {
  /** Media type, such as `video/mp4`; printable ASCII, 1,024 characters at most. Nothing is guessed from the key. */
  readonly contentType?: string | undefined;
  /** What caches of HTTP on the way may do, such as `public, max-age=31536000, immutable`. */
  readonly cacheControl?: string | undefined;
  /** How a browser offers it, such as `attachment; filename="film.mp4"`. */
  readonly contentDisposition?: string | undefined;
  /** How the bytes are packed, such as `zstd`; the store neither packs nor unpacks. */
  readonly contentEncoding?: string | undefined;
  /**
   * Whatever else belongs to it. Names of `a-z`, `0-9` and `-`, 64 characters at most and not beginning with
   * `framerail-`; values are any well-formed strings. Names and values (in UTF-8) together at most `maxMetadataBytes`.
   */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What listing tells of a blob. */
export interface BlobSummary {
  /** The key as it was put. */
  readonly key: string;
  /** Bytes of the blob. */
  readonly size: number;
  /** Names this version of the blob: another content under the same key has another. Opaque; compare, don't parse. */
  readonly etag: string;
  /** When it was put, in milliseconds since 1970; S3 knows whole seconds. */
  readonly lastModifiedMs: number;
}

/** All that is known of a blob but its bytes. */
export interface BlobInfo extends BlobSummary, BlobHeaders {
  /**
   * CRC-32 (ISO 3309, as in zip and zlib) of all its bytes, 8 hexadecimal digits; `undefined` where the
   * server tells none, as S3 does in answers to ranges.
   */
  readonly checksum: string | undefined;
  /** See {@link BlobHeaders.metadata}; empty if there is none. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What `put` gives back: what the blob that now stands under the key can be told by. */
export interface PutResult {
  /** The key as it was given. */
  readonly key: string;
  /** Bytes that were stored. */
  readonly size: number;
  /** See {@link BlobSummary.etag}. */
  readonly etag: string;
  /** CRC-32 of the bytes, 8 hexadecimal digits. */
  readonly checksum: string;
}

/** A part of a blob: from `offset` on, `length` bytes or to the end; or the `last` bytes. What lies beyond the end is left out. */
export type ByteRange =
  | { readonly offset: number; readonly length?: number | undefined }
  | { readonly last: number };

/**
 * A blob that is being read: iterate over it, or take it whole, once. It holds a file or a connection until it was read
 * to its end, failed, or was disposed of: use `await using`, or read it.
 */
export interface StoredBlob extends AsyncIterable<Uint8Array>, AsyncDisposable {
  /** What is known of the whole blob. */
  readonly info: BlobInfo;
  /** The part that is read: bytes from the blob's start, and how many. */
  readonly range: { readonly offset: number; readonly length: number };
  /**
   * All bytes of the range, verified before they are handed over. They belong to the caller.
   *
   * @throws FramerailError `E_STORE_CORRUPT`, `E_STORE_UNAVAILABLE`, `E_STORE_TOO_LARGE` for what no memory can hold,
   *   `E_STORE_BLOB_USED` if it was read before, `E_TIMEOUT`, `E_ABORTED`
   */
  bytes(): Promise<Uint8Array>;
  /**
   * Reads the range into memory of the caller's, such as a lease's, without a buffer between where the driver can. After
   * a failure the memory's content is undefined, but nobody writes to it any more.
   *
   * @param target - at least as long as the range
   * @returns bytes that were written: the range's length
   * @throws FramerailError as `bytes`, and `E_INVALID_ARGUMENT` for memory that is too small
   */
  readInto(target: Uint8Array): Promise<number>;
}
