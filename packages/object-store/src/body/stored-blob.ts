import { invalidArgument } from '@framerail/lifecycle';
import type { BlobInfo, StoredBlob } from '../store/blob.js';
import { blobTooLarge, blobUsed } from '../store/store-errors.js';

/** What a driver gives to read a range of a blob by. One of the first two is called, once at most; `close` once. */
export interface BlobSource {
  /** The bytes in pieces; each is new memory. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Fills memory that is exactly as long as the range, and doesn't touch it any more once it has settled. */
  fill(target: Uint8Array): Promise<void>;
  /** Lets go of the file or connection; must not throw. */
  close(): Promise<void>;
}

/** Makes a driver's source the blob that callers get. */
export function storedBlob(
  info: BlobInfo,
  range: { readonly offset: number; readonly length: number },
  source: BlobSource,
): StoredBlob {
  let state: 'fresh' | 'reading' | 'closed' = 'fresh';
  const begin = (): void => {
    if (state !== 'fresh') throw blobUsed(info.key);
    state = 'reading';
  };
  const close = async (): Promise<void> => {
    if (state === 'closed') return;
    state = 'closed';
    await source.close();
  };
  const fill = async (target: Uint8Array): Promise<void> => {
    begin();
    try {
      await source.fill(target);
    } finally {
      await close();
    }
  };
  return Object.freeze({
    info,
    range,
    async bytes() {
      const target = memoryFor(info.key, range.length);
      await fill(target);
      return target;
    },
    async readInto(target: Uint8Array) {
      if (!(target instanceof Uint8Array) || target.byteLength < range.length)
        throw invalidArgument('target', `a Uint8Array of at least ${range.length} bytes`, target);
      await fill(target.subarray(0, range.length));
      return range.length;
    },
    async *[Symbol.asyncIterator]() {
      begin();
      try {
        yield* source.chunks();
      } finally {
        await close();
      }
    },
    [Symbol.asyncDispose]: close,
  });
}

function memoryFor(key: string, length: number): Uint8Array {
  try {
    return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  } catch {
    throw blobTooLarge(key, 2 ** 32, '; iterate over it, or read it in ranges');
  }
}
