import { isFramerailError } from '@framerail/lifecycle';
import { type BlobSummary, listAll, type ObjectStore } from '@framerail/object-store';
import type { StoredEntry, TierCallOptions } from '../byte-tier.js';
import { type EntryKey, entryKey } from '../disk/entry-key.js';
import { type FrameHead, frameHead, readFrame, readFrameHead } from '../framed/entry-frame.js';
import type { ObjectSettings } from './object-options.js';

/** Bytes of a blob in which its head is looked for first. */
const HEAD_GUESS = 4096;
/** More than any head that fits. */
const MOST_HEAD_BYTES = 2 ** 24;

/** A key as the object tier uses it. */
export interface ObjectKey extends EntryKey {
  /** Name of its blob: 128 bits of a SHA-256 in hexadecimal digits, which every server can hold beside each other. */
  readonly id: string;
}

/** Makes a key ready. */
export function objectKey(text: string): ObjectKey {
  const key = entryKey(text);
  const { buffer, byteOffset, byteLength } = key.hash;
  return { ...key, id: Buffer.from(buffer, byteOffset, byteLength).toString('hex') };
}

/** What reading a blob came to: the entry, `damaged`, or nothing. */
export type BlobRead =
  | { readonly entry: StoredEntry; readonly etag: string; readonly blobBytes: number }
  | 'damaged'
  | undefined;

/** Entries as blobs of a store. */
export class ObjectBlobs {
  readonly #store: ObjectStore;
  readonly #entries: string;
  readonly #index: string;

  constructor({ store, prefix }: ObjectSettings) {
    this.#store = store;
    this.#entries = `${prefix}e-`;
    this.#index = `${prefix}index`;
  }

  /** The entry of a key. */
  async read({ id, text }: ObjectKey, options: TierCallOptions): Promise<BlobRead> {
    try {
      await using blob = await this.#store.get(this.#entries + id, options);
      if (blob === undefined) return undefined;
      const frame = readFrame(bufferOf(await blob.bytes()));
      if (frame?.key !== text) return 'damaged';
      return { entry: frame.entry, etag: blob.info.etag, blobBytes: blob.info.size };
    } catch (error) {
      if (isFramerailError(error, 'E_STORE_CORRUPT')) return 'damaged';
      throw error;
    }
  }

  /** The head of a blob, and its version; `undefined` if there is none, or if it is damaged. */
  async head(id: string): Promise<{ readonly head: FrameHead; readonly etag: string } | undefined> {
    for (let length = HEAD_GUESS; length <= MOST_HEAD_BYTES; length *= 16) {
      try {
        await using blob = await this.#store.get(this.#entries + id, { range: { offset: 0, length } });
        if (blob === undefined) return undefined;
        const head = readFrameHead(bufferOf(await blob.bytes()));
        if (head !== undefined) return { head, etag: blob.info.etag };
        if (blob.info.size <= length) return undefined;
      } catch (error) {
        if (isFramerailError(error, 'E_STORE_CORRUPT')) return undefined;
        throw error;
      }
    }
    return undefined;
  }

  /** Stores a frame. @returns its version */
  async write(id: string, pieces: readonly Uint8Array[], options: TierCallOptions): Promise<string> {
    const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    const filled = pieces.filter((piece) => piece.byteLength > 0);
    return (await this.#store.put(this.#entries + id, filled, { ...options, size })).etag;
  }

  /** Deletes an entry's blob. */
  delete(id: string): Promise<void> {
    return this.#store.delete(this.#entries + id);
  }

  /** All blobs of entries, by ID. */
  async *list(): AsyncIterable<readonly [string, BlobSummary]> {
    for await (const blob of listAll(this.#store, { prefix: this.#entries }))
      yield [blob.key.slice(this.#entries.length), blob];
  }

  /** The index that was written last. */
  async readIndex(): Promise<Uint8Array | undefined> {
    try {
      await using blob = await this.#store.get(this.#index);
      return await blob?.bytes();
    } catch (error) {
      if (isFramerailError(error, 'E_STORE_CORRUPT')) return undefined;
      throw error;
    }
  }

  /** Writes the index. */
  async writeIndex(packed: Uint8Array): Promise<void> {
    await this.#store.put(this.#index, packed);
  }

  /** Deletes the index. */
  deleteIndex(): Promise<void> {
    return this.#store.delete(this.#index);
  }
}

/** An entry's frame, in the pieces that there are. */
export const framePieces = (key: ObjectKey, entry: StoredEntry): readonly Uint8Array[] => [
  frameHead(key, entry),
  entry.bytes,
];

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
