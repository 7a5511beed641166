import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerName } from '@framerail/lifecycle/process-owner';
import { addToCrc32, hexOfCrc32 } from '../../checksum/crc32.js';
import type { PutResult } from '../../store/blob.js';
import { bodyMismatch } from '../../store/store-errors.js';
import type { PutOptions } from '../../store/store-options.js';
import { BLOCK_BYTES, encodeTrailer } from './blob-file.js';
import type { Durability } from './directory-options.js';
import { withFiles } from './file-errors.js';

/** A blob's file that has no name yet. */
export interface WrittenBlob {
  /** Where it lies until it gets its name. */
  readonly path: string;
  readonly result: PutResult;
}

/**
 * Writes a blob's file to the folder of incoming ones. What fails leaves none.
 *
 * @throws FramerailError `E_STORE_BODY_MISMATCH`, those of the body, and codes of the file system's errors
 */
export async function writeBlob(options: {
  readonly folder: string;
  readonly key: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whether a chunk stays as it is when the next one is asked for. */
  readonly isSteady: boolean;
  readonly put: PutOptions;
  readonly durability: Durability;
  readonly lastModifiedMs: number;
}): Promise<WrittenBlob> {
  const { folder, key, chunks, isSteady, put, durability, lastModifiedMs } = options;
  const path = join(folder, ownerName());
  const etag = `"${randomBytes(12).toString('hex')}"`;
  const { contentType, cacheControl, contentDisposition, contentEncoding, metadata } = put;
  return withFiles('A blob could not be written', async () => {
    const handle = await open(path, 'wx');
    let isDone = false;
    try {
      const { size, crc, blocks, rest } = await writeBody(handle, key, chunks, isSteady, put);
      const headers = { contentType, cacheControl, contentDisposition, contentEncoding, metadata };
      const trailer = encodeTrailer({ key, size, etag, lastModifiedMs, ...headers, crc, blocks });
      // A small blob is one write with its trailer.
      await writeFully(handle, rest === undefined ? [trailer] : [rest, trailer]);
      if (durability !== 'none') await handle.datasync();
      isDone = true;
      return { path, result: Object.freeze({ key, size, etag, checksum: hexOfCrc32(crc) }) };
    } finally {
      await handle.close().catch(() => {});
      if (!isDone) await rm(path, { force: true }).catch(() => {});
    }
  });
}

async function writeBody(
  handle: FileHandle,
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  isSteady: boolean,
  { size: expectedBytes, checksum }: PutOptions,
): Promise<{ size: number; crc: number; blocks: number[]; rest: Uint8Array | undefined }> {
  const blocks: number[] = [];
  let size = 0;
  let crc = 0;
  let rest: Uint8Array | undefined;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      const inBlock = (size + at) % BLOCK_BYTES;
      const piece = chunk.subarray(at, at + BLOCK_BYTES - inBlock);
      blocks.push(addToCrc32(piece, inBlock === 0 ? 0 : (blocks.pop() ?? 0)));
      at += piece.byteLength;
    }
    crc = addToCrc32(chunk, crc);
    size += chunk.byteLength;
    if (expectedBytes !== undefined && size > expectedBytes)
      throw bodyMismatch(key, 'size', expectedBytes, `${size} or more`);
    if (rest !== undefined) await writeFully(handle, [rest]);
    rest = isSteady ? chunk : undefined;
    if (rest === undefined) await writeFully(handle, [chunk]);
  }
  if (expectedBytes !== undefined && size !== expectedBytes)
    throw bodyMismatch(key, 'size', expectedBytes, size);
  if (checksum !== undefined && checksum !== hexOfCrc32(crc))
    throw bodyMismatch(key, 'checksum', checksum, hexOfCrc32(crc));
  return { size, crc, blocks, rest };
}

async function writeFully(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  let { bytesWritten: done } = await handle.writev(pieces);
  for (const piece of pieces) {
    const before = Math.min(done, piece.byteLength);
    done -= before;
    for (let at = before; at < piece.byteLength; )
      at += (await handle.write(piece, at, piece.byteLength - at)).bytesWritten;
  }
}
