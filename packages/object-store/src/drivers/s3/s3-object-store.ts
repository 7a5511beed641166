import type { ObjectStore } from '../../store/object-store.js';
import type { CallOptions } from '../../store/store-options.js';
import type { SignedUrlOptions } from './s3-options.js';

/** Options of {@link S3ObjectStore.dropUnfinishedUploads}. */
export interface DropUploadsOptions extends CallOptions {
  /** Milliseconds since an upload was begun, by the clocks of this machine and the server. */
  readonly olderThanMs: number;
}

/** A store in a bucket, which can also tell others where its blobs are. */
export interface S3ObjectStore extends ObjectStore {
  /** Name of the object that a key's blob is, for other programs that use the bucket. */
  nameOf(key: string): string;
  /**
   * Where the CDN serves a blob, whether there is one or not.
   *
   * @param key - see {@link ObjectStore}
   * @throws FramerailError `E_INVALID_ARGUMENT` if the store was made without `publicBaseUrl`
   */
  publicUrl(key: string): string;
  /**
   * A URL that lets whoever has it read a blob or put one, for a while and without credentials. It leads to the server,
   * past the CDN. Needs the package `@aws-sdk/s3-request-presigner`; asks the server nothing.
   *
   * @param key - see {@link ObjectStore}
   * @param options - what it allows, and for how long
   * @throws FramerailError `E_STORE_NO_PRESIGNER` without that package, `E_STORE_DENIED` without credentials
   */
  signedUrl(key: string, options?: SignedUrlOptions): Promise<string>;
  /**
   * Has the server drop the parts of uploads that never ended, because their process was killed or lost the line: they are in no
   * list, and are paid for. A rule of the bucket (`AbortIncompleteMultipartUpload`) does the same by itself.
   *
   * @param options - milliseconds that an upload may take, 0 or more: younger ones are left alone; signal, timeout
   * @returns how many were dropped
   */
  dropUnfinishedUploads(options: DropUploadsOptions): Promise<number>;
}
