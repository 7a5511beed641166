import { DeleteObjectCommand, HeadBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { expectNumber } from '@framerail/lifecycle';
import { checkBody } from '../../body/body-chunks.js';
import { storedBlob } from '../../body/stored-blob.js';
import type { BlobInfo, ByteRange, PutResult, StoredBlob } from '../../store/blob.js';
import { CallGate } from '../../store/call-gate.js';
import type { StoreLimits } from '../../store/object-store.js';
import { checkCall, checkGet, checkKey, checkList, checkPut, resolveRange } from '../../store/requests.js';
import { preconditionFailed } from '../../store/store-errors.js';
import type {
  BlobBody,
  CallOptions,
  GetOptions,
  ListOptions,
  ListPage,
  PutOptions,
} from '../../store/store-options.js';
import { publicUrlOf, signedUrlOf } from './delivery.js';
import { readInfo } from './object-headers.js';
import { type ListTarget, listObjects } from './object-list.js';
import { type ObjectNames, objectNames } from './object-names.js';
import { objectSource, rangesIgnored, requestObject } from './object-reader.js';
import type { ObjectTarget } from './object-target.js';
import { writeObject } from './object-writer.js';
import { isAbsent, s3Failure, statusOf } from './s3-errors.js';
import type { DropUploadsOptions, S3ObjectStore } from './s3-object-store.js';
import type { S3Settings, SignedUrlOptions } from './s3-options.js';
import { type CallLimits, send } from './s3-requests.js';
import { dropOldUploads } from './unfinished-uploads.js';

const GIB = 2 ** 30;

/** Blobs as objects of a bucket. */
export class S3Store implements S3ObjectStore {
  readonly name = 's3';
  readonly limits: StoreLimits = Object.freeze({
    maxKeyBytes: 1024,
    maxBlobBytes: 5 * 1024 * GIB,
    maxMetadataBytes: 1024,
    verification: 'blob',
  });
  readonly #settings: S3Settings;
  readonly #names: ObjectNames;
  readonly #gate = new CallGate('the S3 store');
  #bucketIsThere = false;

  constructor(settings: S3Settings) {
    this.#settings = settings;
    this.#names = objectNames(settings.prefix, settings.names);
  }

  nameOf(key: string): string {
    return this.#names.nameOf(checkKey(key, this.limits));
  }

  publicUrl(key: string): string {
    return publicUrlOf(this.#settings, this.nameOf(key));
  }

  async signedUrl(key: string, options: SignedUrlOptions = {}): Promise<string> {
    const name = this.nameOf(key);
    return this.#gate.run(async () => {
      try {
        return await signedUrlOf(this.#settings, name, options);
      } catch (error) {
        throw s3Failure('The URL could not be signed', error, key);
      }
    });
  }

  async put(key: string, body: BlobBody, options: PutOptions = {}): Promise<PutResult> {
    checkKey(key, this.limits);
    checkPut(options, this.limits);
    checkBody(body);
    return this.#gate.run(() => writeObject(this.#targetOf(key, options), body, options));
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredBlob | undefined> {
    checkKey(key, this.limits);
    checkGet(options);
    return this.#gate.run(async () => {
      const target = this.#targetOf(key, options);
      try {
        return await this.#read(target, options);
      } catch (error) {
        if (!isAbsent(error)) throw s3Failure('The blob could not be read', error, key);
        if (options.ifMatch !== undefined)
          throw preconditionFailed(key, `the version ${options.ifMatch}`, 'there is none', error);
        return undefined;
      }
    });
  }

  async head(key: string, options: CallOptions = {}): Promise<BlobInfo | undefined> {
    checkKey(key, this.limits);
    checkCall(options);
    return this.#gate.run(async () => {
      try {
        return await this.#headOf(this.#targetOf(key, options));
      } catch (error) {
        if (isAbsent(error)) return this.#demandBucket(this.#limitsOf(options));
        throw s3Failure('The blob could not be looked at', error, key);
      }
    });
  }

  async list(options: ListOptions = {}): Promise<ListPage> {
    const request = checkList(options);
    return this.#gate.run(async () => {
      try {
        return await listObjects(this.#listTargetOf(options), request);
      } catch (error) {
        throw s3Failure('The store could not be listed', error);
      }
    });
  }

  async dropUnfinishedUploads(options: DropUploadsOptions): Promise<number> {
    const { olderThanMs } = checkCall(options);
    expectNumber('olderThanMs', olderThanMs, { min: 0 });
    return this.#gate.run(async () => {
      try {
        return await dropOldUploads(this.#listTargetOf(options), Date.now() - olderThanMs);
      } catch (error) {
        throw s3Failure('Unfinished uploads could not be dropped', error);
      }
    });
  }

  async delete(key: string, options: CallOptions = {}): Promise<void> {
    checkKey(key, this.limits);
    checkCall(options);
    return this.#gate.run(async () => {
      const { client, limits, name, settings } = this.#targetOf(key, options);
      const command = new DeleteObjectCommand({ Bucket: settings.bucket, Key: name });
      try {
        await send(client, limits, 'Deleting', (one, sending) => one.send(command, sending));
      } catch (error) {
        if (!isAbsent(error)) throw s3Failure('The blob could not be deleted', error, key);
      }
    });
  }

  async close(): Promise<void> {
    await this.#gate.close();
    if (this.#settings.ownsClient) this.#settings.client.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #limitsOf({ signal, timeoutMs = this.#settings.timeoutMs }: CallOptions): CallLimits {
    return { signal, timeoutMs, clock: this.#settings.clock };
  }

  #listTargetOf(options: CallOptions): ListTarget {
    const { client, bucket } = this.#settings;
    return { client, bucket, names: this.#names, limits: this.#limitsOf(options) };
  }

  #targetOf(key: string, options: CallOptions): ObjectTarget {
    const name = this.#names.nameOf(key);
    const isHashed = name.startsWith(this.#names.hashedPrefix);
    const { client } = this.#settings;
    return { client, settings: this.#settings, limits: this.#limitsOf(options), key, name, isHashed };
  }

  async #read(target: ObjectTarget, { range, ifMatch }: GetOptions): Promise<StoredBlob> {
    const { key } = target;
    if (isEmpty(range)) return this.#emptyPart(target, range, ifMatch);
    try {
      const answer = await requestObject(target, { range: headerOf(range), ifMatch });
      const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1];
      const size = Number(total ?? answer.ContentLength ?? 0);
      const info = readInfo(key, answer, size);
      const part = resolveRange(key, size, range);
      const blob = storedBlob(info, part, objectSource(target, info, part, answer));
      // There are servers that know no conditions, or no ranges; of an empty blob none has a part.
      const isOther = ifMatch !== undefined && info.etag !== ifMatch;
      if (!isOther && (range === undefined || total !== undefined || size === 0)) return blob;
      await blob[Symbol.asyncDispose]();
      if (!isOther) throw rangesIgnored(key);
      throw preconditionFailed(key, `the version ${ifMatch}`, `there is ${info.etag}`);
    } catch (error) {
      // The server's word for a range that begins at the end or beyond: which of the two, the size tells.
      if (statusOf(error) === 416) return this.#emptyPart(target, range, ifMatch);
      throw error;
    }
  }

  /** A range without bytes, which HTTP can't ask for. */
  async #emptyPart(
    target: ObjectTarget,
    range: ByteRange | undefined,
    ifMatch: string | undefined,
  ): Promise<StoredBlob> {
    const info = await this.#headOf(target);
    if (ifMatch !== undefined && info.etag !== ifMatch)
      throw preconditionFailed(target.key, `the version ${ifMatch}`, `there is ${info.etag}`);
    const { offset } = resolveRange(target.key, info.size, range);
    const nothing = { async *chunks() {}, async fill() {}, async close() {} };
    return storedBlob(info, { offset, length: 0 }, nothing);
  }

  async #headOf({ client, settings, limits, key, name }: ObjectTarget): Promise<BlobInfo> {
    const command = new HeadObjectCommand({ Bucket: settings.bucket, Key: name, ChecksumMode: 'ENABLED' });
    const output = await send(client, limits, 'Looking', (one, sending) => one.send(command, sending));
    this.#bucketIsThere = true;
    return readInfo(key, output, output.ContentLength ?? 0);
  }

  /** An answer to HEAD has no body to say which of the two isn't there: object or bucket. */
  async #demandBucket(limits: CallLimits): Promise<undefined> {
    if (this.#bucketIsThere) return undefined;
    const { client, bucket } = this.#settings;
    try {
      const command = new HeadBucketCommand({ Bucket: bucket });
      await send(client, limits, 'Looking for the bucket', (one, sending) => one.send(command, sending));
    } catch (error) {
      // Who may not ask for the bucket can still use it.
      if (statusOf(error) !== 403) throw s3Failure(`The bucket ${bucket} could not be found`, error);
    }
    this.#bucketIsThere = true;
    return undefined;
  }
}

const isEmpty = (range: ByteRange | undefined): boolean =>
  range !== undefined && ('last' in range ? range.last === 0 : range.length === 0);

function headerOf(range: ByteRange | undefined): string | undefined {
  if (range === undefined) return undefined;
  if ('last' in range) return `bytes=-${range.last}`;
  return `bytes=${range.offset}-${range.length === undefined ? '' : range.offset + range.length - 1}`;
}
