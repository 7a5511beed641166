import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, throwIfAborted, withTimeout } from '@framerail/lifecycle';
import { bodyChunks, checkBody } from '../../body/body-chunks.js';
import { storedBlob } from '../../body/stored-blob.js';
import type { BlobInfo, PutResult, StoredBlob } from '../../store/blob.js';
import { CallGate } from '../../store/call-gate.js';
import type { ObjectStore, StoreLimits } from '../../store/object-store.js';
import { checkCall, checkGet, checkKey, checkList, checkPut, resolveRange } from '../../store/requests.js';
import { corruptBlob, preconditionFailed } from '../../store/store-errors.js';
import type {
  BlobBody,
  CallOptions,
  GetOptions,
  ListOptions,
  ListPage,
  PutOptions,
} from '../../store/store-options.js';
import { listBlobs } from './blob-list.js';
import { type BlobPlace, placeOf } from './blob-names.js';
import { openBlob, type ReadLimits } from './blob-reader.js';
import { type WrittenBlob, writeBlob } from './blob-writer.js';
import type { Durability } from './directory-options.js';
import { errnoOf, withFiles } from './file-errors.js';
import { KeyLocks } from './key-lock.js';
import { type StoreFolders, syncFolder } from './store-folders.js';

/** What a {@link DirectoryStore} is made of: its options, complete. */
export interface DirectorySettings {
  readonly durability: Durability;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly now: () => number;
}

/** Blobs as files of a folder. */
export class DirectoryStore implements ObjectStore {
  readonly name = 'directory';
  readonly limits: StoreLimits = Object.freeze({
    maxKeyBytes: 1024,
    // What the footer's size holds exactly as a number; file systems end earlier, and say so.
    maxBlobBytes: 2 ** 52,
    maxMetadataBytes: 2048,
    verification: 'block',
  });
  readonly #folders: StoreFolders;
  readonly #settings: DirectorySettings;
  readonly #locks: KeyLocks;
  readonly #gate = new CallGate('the directory store');

  constructor(folders: StoreFolders, settings: DirectorySettings) {
    this.#folders = folders;
    this.#settings = settings;
    this.#locks = new KeyLocks(folders.locks, settings.clock);
  }

  async put(key: string, body: BlobBody, options: PutOptions = {}): Promise<PutResult> {
    checkKey(key, this.limits);
    checkPut(options, this.limits);
    checkBody(body);
    return this.#gate.run(async () => {
      const limits = this.#limitsOf(options);
      throwIfAborted(limits.signal, 'Storing');
      const place = placeOf(key);
      // Before a long body is written for nothing; what counts is the look under the lock.
      await this.#demandCondition(key, place, options, limits);
      const { durability, now } = this.#settings;
      const written = await writeBlob({
        folder: this.#folders.incoming,
        key,
        chunks: bodyChunks(body, { key, ...limits }),
        isSteady: body instanceof Uint8Array,
        put: options,
        durability,
        lastModifiedMs: Math.floor(now()),
      });
      try {
        await this.#locked(place, limits, async () => {
          await this.#demandCondition(key, place, options, limits);
          throwIfAborted(limits.signal, 'Storing');
          await this.#giveName(written, place);
        });
        return written.result;
      } catch (error) {
        await rm(written.path, { force: true }).catch(() => {});
        throw error;
      }
    });
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredBlob | undefined> {
    checkKey(key, this.limits);
    checkGet(options);
    return this.#gate.run(async () => {
      const file = await openBlob(this.#folders.path(placeOf(key)), key, this.#limitsOf(options));
      if (file === undefined) {
        if (options.ifMatch !== undefined)
          throw preconditionFailed(key, `the version ${options.ifMatch}`, 'there is none');
        return undefined;
      }
      try {
        const { info } = file.record;
        if (options.ifMatch !== undefined && info.etag !== options.ifMatch)
          throw preconditionFailed(key, `the version ${options.ifMatch}`, `there is ${info.etag}`);
        const range = resolveRange(key, info.size, options.range);
        return storedBlob(info, range, file.source(range));
      } catch (error) {
        await file[Symbol.asyncDispose]();
        throw error;
      }
    });
  }

  async head(key: string, options: CallOptions = {}): Promise<BlobInfo | undefined> {
    checkKey(key, this.limits);
    checkCall(options);
    return this.#gate.run(() => this.#infoOf(key, placeOf(key), this.#limitsOf(options)));
  }

  async list(options: ListOptions = {}): Promise<ListPage> {
    const request = checkList(options);
    return this.#gate.run(() =>
      withFiles('The store could not be listed', () =>
        listBlobs(this.#folders.blobs, request, this.#limitsOf(options)),
      ),
    );
  }

  async delete(key: string, options: CallOptions = {}): Promise<void> {
    checkKey(key, this.limits);
    checkCall(options);
    return this.#gate.run(async () => {
      const limits = this.#limitsOf(options);
      throwIfAborted(limits.signal, 'Deleting');
      const place = placeOf(key);
      await this.#locked(place, { ...limits, evenIfFull: true }, async () => {
        await rm(this.#folders.path(place), { force: true });
        if (this.#settings.durability === 'sync') await this.#syncShard(place);
      });
    });
  }

  async close(): Promise<void> {
    await this.#gate.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #limitsOf({ signal, timeoutMs = this.#settings.timeoutMs }: CallOptions): ReadLimits {
    return { signal, timeoutMs, clock: this.#settings.clock };
  }

  #locked<T>(
    place: BlobPlace,
    limits: ReadLimits & { readonly evenIfFull?: boolean },
    work: () => Promise<T>,
  ): Promise<T> {
    const what = 'Changing what is under a key';
    return withFiles('The store could not be changed', () =>
      withTimeout(this.#locks.hold(place, limits, work), {
        // The lock has limits of its own; this is for a disk that doesn't answer.
        timeoutMs: 2 * limits.timeoutMs,
        clock: limits.clock,
        what,
      }),
    );
  }

  async #infoOf(key: string, place: BlobPlace, limits: ReadLimits): Promise<BlobInfo | undefined> {
    await using file = await openBlob(this.#folders.path(place), key, limits);
    return file?.record.info;
  }

  async #demandCondition(
    key: string,
    place: BlobPlace,
    { ifMatch, ifNoneMatch }: PutOptions,
    limits: ReadLimits,
  ): Promise<void> {
    if (ifMatch === undefined && ifNoneMatch === undefined) return;
    const info = await this.#infoOf(key, place, limits).catch((error: unknown) => {
      // A damaged blob is none that could be kept: it is replaced where there may be none.
      if ((error as { code?: unknown }).code === corruptBlob(key, '').code) return undefined;
      throw error;
    });
    if (ifNoneMatch !== undefined && info !== undefined)
      throw preconditionFailed(key, 'nothing', `there is ${info.etag}`);
    if (ifMatch !== undefined && info?.etag !== ifMatch)
      throw preconditionFailed(key, `the version ${ifMatch}`, info && `there is ${info.etag}`);
  }

  async #giveName({ path }: WrittenBlob, place: BlobPlace): Promise<void> {
    const sync = this.#settings.durability === 'sync';
    await this.#folders.makeShard(place.shard, sync);
    try {
      await rename(path, this.#folders.path(place));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      this.#folders.forgetShard(place.shard);
      await this.#folders.makeShard(place.shard, sync);
      await rename(path, this.#folders.path(place));
    }
    if (sync) await this.#syncShard(place);
  }

  async #syncShard({ shard }: BlobPlace): Promise<void> {
    await syncFolder(join(this.#folders.blobs, shard)).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
    });
  }
}
