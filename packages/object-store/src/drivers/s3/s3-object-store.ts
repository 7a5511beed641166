import type { ObjectStore } from '../../store/object-store.js';
import type { SignedUrlOptions } from './s3-options.js';

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
}
