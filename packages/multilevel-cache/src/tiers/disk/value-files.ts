import { randomBytes } from 'node:crypto';
import { close, open } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { DiskDurability } from './disk-options.js';
import { readInto, syncData, syncFolder, writeAll } from './file-io.js';
import type { OpenFiles } from './open-files.js';

const openFile = promisify(open);
const closeFile = promisify(close);

/** Read and verified at a time: while one piece is verified the next one is read. */
const PIECE_BYTES = 1024 * 1024;
const BLOCK_BYTES = 4096;
/** What the name of a file takes in its folder, with room for a folder's half-full blocks. */
const NAME_BYTES = 256;

/** What a file of a value takes on the disk. */
export const fileRoom = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES + NAME_BYTES;

/** A number that no file has. */
export const newFileId = (): number => randomBytes(6).readUIntLE(0, 6) + 1;

/** Values that have a file of their own. The files hold nothing else; what is known of them stands in the log. */
export class ValueFiles {
  readonly #folder: string;
  readonly #files: OpenFiles;
  readonly #durability: DiskDurability;
  #hasNewNames = false;

  constructor(folder: string, files: OpenFiles, durability: DiskDurability) {
    this.#folder = folder;
    this.#files = files;
    this.#durability = durability;
  }

  /** Writes a value to a new file. @returns the value's checksum */
  async write(fileId: number, bytes: Uint8Array): Promise<number> {
    const path = this.#path(fileId);
    const fd = await openFile(path, 'wx');
    let isDone = false;
    try {
      // The system writes while this thread computes.
      const writing = writeAll(fd, bytes, 0);
      const valueCrc = crc32(bytes);
      await writing;
      if (this.#durability !== 'none') await syncData(fd);
      this.#hasNewNames = true;
      isDone = true;
      return valueCrc;
    } finally {
      await closeFile(fd);
      if (!isDone) await rm(path, { force: true }).catch(() => {});
    }
  }

  /** Has the names of files that were written since written to the disk, if that is promised. */
  async syncNames(): Promise<void> {
    if (!this.#hasNewNames || this.#durability !== 'sync') return;
    this.#hasNewNames = false;
    await syncFolder(this.#folder);
  }

  /**
   * Reads a value.
   *
   * @returns its bytes and their checksum; `undefined` if there is no such file, or a shorter one
   */
  async read(fileId: number, length: number): Promise<{ bytes: Buffer; crc: number } | undefined> {
    const bytes = Buffer.allocUnsafeSlow(length);
    const piece = (at: number): Buffer => bytes.subarray(at, Math.min(length, at + PIECE_BYTES));
    try {
      return await this.#files.use(this.#path(fileId), false, async (fd) => {
        let crc = 0;
        let reading = readInto(fd, piece(0), 0);
        for (let at = 0; at < length; at += PIECE_BYTES) {
          if ((await reading) !== piece(at).byteLength) return undefined;
          const next = at + PIECE_BYTES;
          if (next < length) reading = readInto(fd, piece(next), next);
          crc = crc32(piece(at), crc);
        }
        return { bytes, crc };
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Takes a file away; nothing happens if there is none. */
  async remove(fileId: number): Promise<void> {
    await rm(this.#path(fileId), { force: true });
  }

  /** Numbers of the files that there are. */
  async list(): Promise<Set<number>> {
    const ids = new Set<number>();
    for (const name of await readdir(this.#folder)) if (NAME.test(name)) ids.add(Number.parseInt(name, 16));
    return ids;
  }

  #path(fileId: number): string {
    return join(this.#folder, `${fileId.toString(16).padStart(13, '0')}.value`);
  }
}

const NAME = /^[0-9a-f]{13}\.value$/;
