import type { BlobHeaders, BlobSummary, ByteRange } from './blob.js';

/** What every call of a store takes. */
export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that may pass without any progress, 1 or more, or `Infinity`; default the store's. */
  readonly timeoutMs?: number | undefined;
}

/** Options of `put`. */
export interface PutOptions extends CallOptions, BlobHeaders {
  /** Bytes that the body has, if that is known; another number is refused. Lets S3 choose the size of its parts. */
  readonly size?: number | undefined;
  /** CRC-32 that the body must have, 8 hexadecimal digits; nothing is stored if it hasn't. */
  readonly checksum?: string | undefined;
  /** Stores only if there is no blob under this key. */
  readonly ifNoneMatch?: '*' | undefined;
  /** Stores only in the place of the version with this etag. */
  readonly ifMatch?: string | undefined;
}

/** Options of `get`. */
export interface GetOptions extends CallOptions {
  /** Which part; default all. */
  readonly range?: ByteRange | undefined;
  /** Reads only the version with this etag, so that parts read one after another are parts of one blob. */
  readonly ifMatch?: string | undefined;
}

/** Options of `list`. */
export interface ListOptions extends CallOptions {
  /** Only keys that begin with this; default all. */
  readonly prefix?: string | undefined;
  /** Most blobs of a page, 1 to 1,000; default 1,000. A page may have fewer, also none, before the last one. */
  readonly limit?: number | undefined;
  /** The `cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** A page of a listing. */
export interface ListPage {
  /** In an order of the store's own, which is the same in every listing. */
  readonly blobs: readonly BlobSummary[];
  /** Gets the next page; `undefined` on the last one. Valid for this store and this `prefix`, also later. */
  readonly cursor: string | undefined;
}

/** The bytes of a blob to be: whole, or in pieces, each of which is done with before the next one is asked for. */
export type BlobBody = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
