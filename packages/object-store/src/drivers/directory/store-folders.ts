import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FramerailError } from '@framerail/lifecycle';
import { ownerName } from '@framerail/lifecycle/process-owner';
import type { BlobPlace } from './blob-names.js';
import { errnoOf } from './file-errors.js';

const STAMP = 'framerail-object-store.json';
const FORMAT = 1;

/** The folders of a store. */
export class StoreFolders {
  readonly root: string;
  readonly blobs: string;
  readonly incoming: string;
  readonly locks: string;
  readonly #shards = new Map<string, Promise<void>>();

  constructor(root: string) {
    this.root = resolve(root);
    this.blobs = join(this.root, 'blobs');
    this.incoming = join(this.root, 'incoming');
    this.locks = join(this.root, 'locks');
  }

  /** Path of a blob's file. */
  path({ shard, name }: BlobPlace): string {
    return join(this.blobs, shard, name);
  }

  /**
   * Makes what is missing of a store; one that is there and can't be written to does for reading.
   *
   * @param sync - has the new names written to the disk
   * @throws FramerailError `E_STORE_FORMAT` for a store of another version; errors of the file system
   */
  async prepare(sync: boolean): Promise<void> {
    const isStore = await this.#checkStamp();
    try {
      // Of its own, because for folders in folders Node takes a file system that may not be written to for a missing one.
      await makeFolder(this.root);
      for (const folder of [this.blobs, this.incoming, this.locks]) await mkdir(folder, { recursive: true });
      if (isStore) return;
      await this.#writeStamp();
      if (sync) for (const folder of [this.root, dirname(this.root)]) await syncFolder(folder);
    } catch (error) {
      const isReadOnly = ['EROFS', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '');
      if (!isStore || !isReadOnly) throw error;
    }
  }

  /** Makes a blob's folder, once; `sync` also writes its name to the disk. */
  async makeShard(shard: string, sync: boolean): Promise<void> {
    const known = this.#shards.get(shard);
    if (known !== undefined) return known;
    const made = this.#makeShard(shard, sync);
    this.#shards.set(shard, made);
    made.catch(() => this.#shards.delete(shard));
    return made;
  }

  /** Forgets that a folder was made: somebody took it away. */
  forgetShard(shard: string): void {
    this.#shards.delete(shard);
  }

  async #makeShard(shard: string, sync: boolean): Promise<void> {
    await mkdir(join(this.blobs, shard), { recursive: true });
    if (sync) await syncFolder(this.blobs);
  }

  async #checkStamp(): Promise<boolean> {
    let text: string;
    try {
      text = await readFile(join(this.root, STAMP), 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      if (errnoOf(error) === 'ENOTDIR' && (await isFile(this.root))) throw wrongFormat(this.root, 'a file');
      throw error;
    }
    const format = formatIn(text);
    if (format !== FORMAT) throw wrongFormat(this.root, `a store of format ${format}`);
    return true;
  }

  async #writeStamp(): Promise<void> {
    const own = join(this.root, `.${STAMP}-${ownerName()}`);
    try {
      await writeFile(own, `${JSON.stringify({ format: FORMAT })}\n`);
      await rename(own, join(this.root, STAMP));
    } finally {
      await rm(own, { force: true });
    }
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') await mkdir(path, { recursive: true });
    else if (errnoOf(error) !== 'EEXIST' || (await isFile(path))) throw error;
  }
}

/** Has the names in a folder written to the disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; its rename is written with the file.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => !stats.isDirectory(),
    () => false,
  );

function formatIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { format?: unknown } | null)?.format;
  } catch {
    return 'unknown';
  }
}

function wrongFormat(path: string, received: string): FramerailError {
  return new FramerailError({
    code: 'E_STORE_FORMAT',
    message: `Expected a folder, empty or with a store of format ${FORMAT}, at ${path} but found ${received}; give another path`,
    details: { path },
  });
}
