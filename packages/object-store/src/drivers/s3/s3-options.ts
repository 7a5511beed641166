import type { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '@framerail/lifecycle';

/** Options of {@link createS3Store}. */
export interface S3StoreOptions {
  /** The bucket; must be there. */
  readonly bucket: string;
  /**
   * What stands before all names in the bucket, ending in `/`: letters, digits and `/!_.*'()-`, 256 at most; default
   * nothing. Stores of other prefixes are other stores, unless one begins with the other.
   */
  readonly prefix?: string | undefined;
  /** A client of yours, which stays yours to destroy. Its attempts and timeouts count; the next four are then left out. */
  readonly client?: S3Client | undefined;
  /** Where the server is, such as `https://minio.example:9000`; default AWS, by region. */
  readonly endpoint?: string | undefined;
  /** Default what the SDK finds in the environment, or `us-east-1` with an `endpoint`. */
  readonly region?: string | undefined;
  /** Default what the SDK finds: environment, profile, role of the machine. */
  readonly credentials?: S3Credentials | undefined;
  /** Whether the bucket stands in the URL's path and not in its host; default whether there is an `endpoint`. */
  readonly pathStyle?: boolean | undefined;
  /**
   * How keys become names. `readable`: keys of ASCII letters, digits, `-`, `_`, `.` and `/` are names as they stand, other
   * characters are written as `~` and hexadecimal digits. `flat`: `/` too, for servers that keep blobs as files of the same
   * names and so can't hold `a` beside `a/b` (which is `E_STORE_KEY_CONFLICT` otherwise). Default `readable`.
   */
  readonly names?: 'readable' | 'flat' | undefined;
  /** Larger blobs are uploaded in parts of this many bytes, 5 MiB to 5 GiB; default 8 MiB. */
  readonly partBytes?: number | undefined;
  /** Parts of one blob that are uploaded at once, 1 to 64; default 4. A put holds at most one more in memory. */
  readonly parallelParts?: number | undefined;
  /** How often a request is tried, and a read that was cut is taken up again without a byte of progress; 1 to 10, default 3. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds for a request, its attempts included, and for each wait for bytes; 1 or more, or `Infinity`; default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Where a CDN serves the bucket's root from, such as `https://cdn.example`; for {@link S3ObjectStore.publicUrl}. */
  readonly publicBaseUrl?: string | undefined;
  /** `cacheControl` of puts that name none; default none. */
  readonly cacheControl?: string | undefined;
  /** Where timeouts get their time from; default the system's. */
  readonly clock?: Clock | undefined;
}

/** What requests are signed with. */
export interface S3Credentials {
  /** Public half. */
  readonly accessKeyId: string;
  /** Secret half. */
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** Options of {@link S3ObjectStore.signedUrl}. */
export interface SignedUrlOptions {
  /** What it allows: to read the blob, or to put one; default `get`. */
  readonly method?: 'get' | 'put' | undefined;
  /** Milliseconds for which it is good, 1,000 to 7 days, in whole seconds; default 15 minutes. */
  readonly expiresInMs?: number | undefined;
  /** `get`: the media type that the answer says instead of the blob's. `put`: the one that the request must say. */
  readonly contentType?: string | undefined;
  /** `get` alone: how a browser offers it, such as `attachment; filename="film.mp4"`. */
  readonly contentDisposition?: string | undefined;
}

/** An {@link S3StoreOptions} with its defaults. */
export interface S3Settings {
  readonly client: S3Client;
  readonly ownsClient: boolean;
  readonly bucket: string;
  readonly prefix: string;
  readonly names: 'readable' | 'flat';
  readonly partBytes: number;
  readonly parallelParts: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly publicBaseUrl: string | undefined;
  readonly cacheControl: string | undefined;
  readonly clock: Clock;
}
