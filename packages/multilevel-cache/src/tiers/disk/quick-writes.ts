import { closeSync, openSync, writeSync, writevSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { writeAll, writeVectors } from './file-io.js';
import { QuickCalls } from './quick-calls.js';

/** More is never written at once. */
const MOST_BYTES = 64 * 1024;
const MOST_PARTS = 64;

/** Small writes at once, see {@link QuickCalls}, and others on another thread. They go to the system's memory, not to the disk. */
export class QuickWrites {
  readonly #calls = new QuickCalls();

  /** Writes buffers one after the other. */
  async write(fd: number, parts: readonly Uint8Array[], position: number): Promise<void> {
    let bytes = 0;
    for (const part of parts) bytes += part.byteLength;
    const isSmall = bytes <= MOST_BYTES && parts.length <= MOST_PARTS;
    const done = isSmall ? (this.#calls.run(() => writevSync(fd, parts, position)) ?? 0) : 0;
    if (done === bytes) return;
    await writeVectors(fd, done === 0 ? parts : [Buffer.concat(parts).subarray(done)], position + done);
  }

  /**
   * Writes the same few bytes at places of a file.
   *
   * @param file - its descriptor, or its path
   * @param bytes - what to write
   * @param positions - where
   */
  async mark(file: number | string, bytes: Uint8Array, positions: readonly number[]): Promise<void> {
    const markAt = (fd: number): true => {
      for (const position of positions) writeSync(fd, bytes, 0, bytes.byteLength, position);
      return true;
    };
    const isDone =
      positions.length <= MOST_PARTS &&
      this.#calls.run(() => (typeof file === 'number' ? markAt(file) : withFile(file, markAt)));
    if (isDone === true) return;
    const mark = async (fd: number): Promise<void> => {
      await Promise.all(positions.map((position) => writeAll(fd, bytes, position)));
    };
    if (typeof file === 'number') return mark(file);
    await using handle = await open(file, 'r+');
    await mark(handle.fd);
  }
}

function withFile<T>(path: string, work: (fd: number) => T): T {
  const fd = openSync(path, 'r+');
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}
