import { fdatasync, ftruncate, read, write, writev } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

// Plain descriptors: a FileHandle costs about as much again as a small read.
/** Writes a file's data to the disk. */
export const syncData = promisify(fdatasync);
/** Cuts a file. */
export const truncate = promisify(ftruncate);
const writeVector = promisify(writev);

/** Fills a buffer from a file. @returns bytes that were there */
export async function readInto(fd: number, target: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < target.byteLength) {
    const count = await readOnce(fd, target, done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

function readOnce(fd: number, target: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, target, offset, target.byteLength - offset, position, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}

/** Writes all of a buffer at a place. */
export async function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; )
    done += await new Promise<number>((resolve, reject) => {
      write(fd, bytes, done, bytes.byteLength - done, position + done, (error, count) =>
        error === null ? resolve(count) : reject(error),
      );
    });
}

/** Buffers of one system call: what Linux takes at most is 1,024. */
const AT_ONCE = 1000;

/** Writes buffers one after the other. */
export async function writeVectors(
  fd: number,
  parts: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let at = position;
  for (let first = 0; first < parts.length; first += AT_ONCE) {
    const some = parts.slice(first, first + AT_ONCE);
    const { bytesWritten } = await writeVector(fd, some, at);
    let skip = bytesWritten;
    at += bytesWritten;
    // A short write is rare: the disk is about to be full, or a signal came.
    for (const part of some) {
      if (skip < part.byteLength) {
        const rest = part.subarray(skip);
        await writeAll(fd, rest, at);
        at += rest.byteLength;
      }
      skip = Math.max(0, skip - part.byteLength);
    }
  }
}

/** Has the names in a folder written to the disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  await using handle = await open(path, 'r');
  await handle.sync();
}
