import type { BlobInfo, PutResult, StoredBlob } from './blob.js';
import type {
  BlobBody,
  CallOptions,
  GetOptions,
  ListOptions,
  ListPage,
  PutOptions,
} from './store-options.js';

/** What a store can do, as data: 0 is for what it can't. */
export interface StoreLimits {
  /** Longest key, in bytes of UTF-8. */
  readonly maxKeyBytes: number;
  /** Largest blob, in bytes. */
  readonly maxBlobBytes: number;
  /** Names and values of `metadata` together, in bytes of UTF-8. */
  readonly maxMetadataBytes: number;
  /**
   * When wrong bytes are noticed. `block`: before they are handed out, in ranges too. `blob`: at the end of a whole
   * blob, before `bytes()` hands it out but after iteration did; ranges are checked for their length alone.
   */
  readonly verification: 'block' | 'blob';
}

/**
 * A place that keeps blobs under keys. A blob appears whole or not at all, is never changed but replaced, and is read as
 * the version that was there when `get` settled (S3: when it began to answer).
 *
 * Keys are well-formed strings of 1 to `maxKeyBytes` bytes; any characters, and two keys that differ in any of them are two
 * keys (also in case, and in Unicode's normal forms). Contract suite: `objectStoreContract` in `./testing`.
 *
 * Every method may throw `E_INVALID_ARGUMENT`, `E_STORE_CLOSED`, `E_ABORTED`, `E_TIMEOUT`, `E_STORE_UNAVAILABLE` (try again
 * later), `E_STORE_DENIED` (no permission) and `E_STORE_FAILED` (anything else; see the cause).
 */
export interface ObjectStore extends AsyncDisposable {
  /** Name for reports, such as `directory`. */
  readonly name: string;
  /** What it can do. */
  readonly limits: StoreLimits;
  /**
   * Stores a blob in the place of what was under the key. The body is checked, written, verified, and then appears under
   * the key at once; a call that fails leaves what was there before, and nothing else.
   *
   * @param key - see {@link ObjectStore}
   * @param body - a `Uint8Array` must not change until the call settles; of anything iterable, each piece until the next
   *   is asked for. If the call fails, the iteration is ended (`return`)
   * @param options - headers, conditions, what the body must be
   * @throws FramerailError `E_STORE_PRECONDITION` if a condition doesn't hold, `E_STORE_BODY_FAILED` if iterating the
   *   body threw (the cause), `E_STORE_BODY_MISMATCH` if it isn't of the promised size or checksum, `E_STORE_TOO_LARGE`,
   *   `E_STORE_FULL`, `E_STORE_KEY_CONFLICT` if the server can't hold this key beside one that it has
   */
  put(key: string, body: BlobBody, options?: PutOptions): Promise<PutResult>;
  /**
   * Begins to read a blob.
   *
   * @param key - see {@link ObjectStore}
   * @param options - range, condition; the signal is good for reading too
   * @returns `undefined` if there is none
   * @throws FramerailError `E_STORE_RANGE` for an offset beyond the end, `E_STORE_PRECONDITION` if another version is
   *   there, `E_STORE_CORRUPT` if what is there is damaged
   */
  get(key: string, options?: GetOptions): Promise<StoredBlob | undefined>;
  /**
   * What is known of a blob.
   *
   * @param key - see {@link ObjectStore}
   * @param options - signal, timeout
   * @returns `undefined` if there is none
   * @throws FramerailError `E_STORE_CORRUPT` if what is there is damaged
   */
  head(key: string, options?: CallOptions): Promise<BlobInfo | undefined>;
  /**
   * A page of the blobs that are there. A blob that is there all the time is on exactly one page; one that comes or goes
   * meanwhile, on at most one. Blobs that are damaged may be left out.
   *
   * @param options - prefix, page size, where to go on
   * @throws FramerailError `E_INVALID_ARGUMENT` for a cursor that is none of this store's
   */
  list(options?: ListOptions): Promise<ListPage>;
  /**
   * Removes a blob, damaged or not; does nothing if there is none.
   *
   * @param key - see {@link ObjectStore}
   * @param options - signal, timeout
   */
  delete(key: string, options?: CallOptions): Promise<void>;
  /**
   * Refuses new calls, and waits for those under way; blobs that are still being read may fail. Harmless when called
   * twice.
   */
  close(): Promise<void>;
}
