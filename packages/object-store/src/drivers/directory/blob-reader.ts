import { type FileHandle, open } from 'node:fs/promises';
import { type Clock, throwIfAborted, withTimeout } from '@framerail/lifecycle';
import type { BlobSource } from '../../body/stored-blob.js';
import { corruptBlob } from '../../store/store-errors.js';
import { type BlobRecord, decodeTrailer, FOOTER_BYTES, trailerBytes, verifyBlocks } from './blob-file.js';
import { errnoOf, fileFailure } from './file-errors.js';

/** A file that is no longer than this is read at once. */
const SMALL_BYTES = 64 * 1024;
/** Blocks that are read at once from longer ones. */
const BLOCKS_AT_ONCE = 4;

/** Limits of a call that reads. */
export interface ReadLimits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** A blob's file, opened. */
export interface OpenBlob extends AsyncDisposable {
  readonly record: BlobRecord;
  /** The range's bytes, verified block by block before they are handed out. */
  source(range: { readonly offset: number; readonly length: number }): BlobSource;
}

/**
 * Opens a blob's file and reads what it says of itself.
 *
 * @param path - the file
 * @param key - the key that it must be of; `undefined` takes any
 * @returns `undefined` if there is none
 * @throws FramerailError `E_STORE_CORRUPT`, `E_ABORTED`, `E_TIMEOUT`, and codes of the file system's errors
 */
export async function openBlob(
  path: string,
  key: string | undefined,
  limits: ReadLimits,
): Promise<OpenBlob | undefined> {
  throwIfAborted(limits.signal, 'Reading');
  const opening = openAndRead(path, key);
  return withTimeout(opening, {
    ...limits,
    what: 'Reading',
    onGiveUp: () => void opening.then((blob) => blob?.[Symbol.asyncDispose]()).catch(() => {}),
  }).then((blob) => blob && withSource(blob, limits));
}

interface OpenFile {
  readonly record: BlobRecord;
  /** All of the blob, if it is small. */
  readonly body: Buffer | undefined;
  readonly handle: FileHandle | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

async function openAndRead(path: string, key: string | undefined): Promise<OpenFile | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw fileFailure('A blob could not be opened', error);
  }
  let isKept = false;
  const close = () => handle.close().catch(() => {});
  try {
    const { size: fileBytes } = await handle.stat();
    const tail = await readFully(
      handle,
      fileBytes - Math.min(fileBytes, SMALL_BYTES),
      Math.min(fileBytes, SMALL_BYTES),
    );
    const length = trailerBytes(tail.subarray(-FOOTER_BYTES), fileBytes);
    if (length === undefined) throw corruptBlob(key ?? path, 'the end of its file is not what was written');
    const trailer =
      length <= tail.byteLength
        ? tail.subarray(-length)
        : await readFully(handle, fileBytes - length, length);
    const record = decodeTrailer(trailer);
    if (record === undefined) throw corruptBlob(key ?? path, 'what is known of it is damaged');
    if (key !== undefined && record.info.key !== key)
      throw corruptBlob(key, `its file is that of another key`);
    const isWhole = fileBytes <= tail.byteLength;
    isKept = !isWhole;
    return {
      record,
      body: isWhole ? tail.subarray(0, record.info.size) : undefined,
      handle: isWhole ? undefined : handle,
      [Symbol.asyncDispose]: isWhole ? async () => {} : close,
    };
  } catch (error) {
    throw fileFailure('A blob could not be read', error);
  } finally {
    if (!isKept) await close();
  }
}

/** Bytes of a file; fewer where it ends, which their checksums tell. */
async function readFully(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  return buffer.subarray(0, await readInto(handle, position, buffer));
}

async function readInto(handle: FileHandle, position: number, target: Uint8Array): Promise<number> {
  let done = 0;
  while (done < target.byteLength) {
    const { bytesRead } = await handle.read(target, done, target.byteLength - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

function withSource(file: OpenFile, limits: ReadLimits): OpenBlob {
  const { record } = file;
  const { key, size } = record.info;
  const close = () => file[Symbol.asyncDispose]();

  /** Fills memory that begins at a block and ends at one or at the blob's end. */
  const fillBlocks = async (firstBlock: number, target: Uint8Array): Promise<void> => {
    throwIfAborted(limits.signal, 'Reading');
    const at = firstBlock * record.blockBytes;
    if (file.body !== undefined) target.set(file.body.subarray(at, at + target.byteLength));
    else if (file.handle !== undefined) {
      const bytesRead = await readInto(file.handle, at, target).catch((error: unknown) => {
        throw fileFailure(`A blob could not be read`, error);
      });
      if (bytesRead < target.byteLength) throw corruptBlob(key, 'its file was cut while it was read');
    }
    if (!verifyBlocks(record, firstBlock, target))
      throw corruptBlob(key, `bytes from ${at} on are not those that were stored`);
  };
  const blockRuns = function* (offset: number, length: number) {
    const { blockBytes } = record;
    const end = Math.min(size, Math.ceil((offset + length) / blockBytes) * blockBytes);
    for (let at = offset - (offset % blockBytes); at < end && length > 0; at += blockBytes * BLOCKS_AT_ONCE)
      yield { block: at / blockBytes, start: at, end: Math.min(end, at + blockBytes * BLOCKS_AT_ONCE) };
  };

  return {
    record,
    [Symbol.asyncDispose]: close,
    source: ({ offset, length }) => ({
      close,
      async *chunks() {
        for (const { block, start, end } of blockRuns(offset, length)) {
          const bytes = new Uint8Array(end - start);
          await withTimeout(fillBlocks(block, bytes), { ...limits, what: 'Reading' });
          yield bytes.subarray(Math.max(0, offset - start), Math.min(end, offset + length) - start);
        }
      },
      // Not raced against the limits: the memory is the caller's, and a read that is under way would go on writing to it.
      async fill(target) {
        for (const { block, start, end } of blockRuns(offset, length)) {
          const [from, to] = [Math.max(start, offset), Math.min(end, offset + length)];
          const part = target.subarray(from - offset, to - offset);
          if (from === start && to === end) await fillBlocks(block, part);
          else {
            const bytes = new Uint8Array(end - start);
            await fillBlocks(block, bytes);
            part.set(bytes.subarray(from - start, to - start));
          }
        }
      },
    }),
  };
}
