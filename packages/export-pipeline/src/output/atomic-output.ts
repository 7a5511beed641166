import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { FramerailError } from '@framerail/lifecycle';
import { outputError, unwritable } from './output-error.js';

/** A file in the making. It has another name, beside the final one, until it is committed. */
export interface AtomicOutput extends AsyncDisposable {
  /** The final name, absolute. */
  readonly path: string;
  /** Where to write meanwhile: an empty file that exists, with the final name's extension. */
  readonly partialPath: string;
  /**
   * Syncs the file, gives it its final name in one step, syncs the folder.
   *
   * @returns the file's size in bytes
   * @throws FramerailError `E_OUTPUT_FULL`, `E_OUTPUT_UNWRITABLE`, `E_OUTPUT_EXISTS`
   */
  commit(): Promise<number>;
  /** Removes what is there unless it was committed. Harmless when called twice; never throws. */
  discard(): Promise<void>;
}

/**
 * Begins a file, after checks that fail before any work is done.
 *
 * @param options - `path`: the final name; `overwrite`: whether it may replace a file (default `true`)
 * @throws FramerailError `E_OUTPUT_UNWRITABLE`, `E_OUTPUT_EXISTS`, `E_OUTPUT_FULL`
 */
export async function openAtomicOutput(options: {
  readonly path: string;
  readonly overwrite?: boolean | undefined;
}): Promise<AtomicOutput> {
  const path = resolve(options.path);
  const overwrite = options.overwrite ?? true;
  await expectTarget(path, overwrite);
  const extension = extname(path);
  const name = `.${basename(path, extension)}.framerail-${randomBytes(6).toString('hex')}.partial${extension}`;
  const partialPath = join(dirname(path), name);
  try {
    // 'wx' never follows a link that somebody put there.
    await (await open(partialPath, 'wx', 0o666)).close();
  } catch (error) {
    throw outputError(path, error);
  }
  let isOver = false;
  const discard = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await rm(partialPath, { force: true }).catch(() => {});
  };
  return {
    path,
    partialPath,
    discard,
    [Symbol.asyncDispose]: discard,
    async commit() {
      try {
        const bytes = await syncFile(partialPath);
        await expectTarget(path, overwrite);
        await rename(partialPath, path);
        isOver = true;
        await syncFolder(dirname(path));
        return bytes;
      } catch (error) {
        await discard();
        throw outputError(path, error);
      }
    },
  };
}

async function expectTarget(path: string, overwrite: boolean): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw outputError(path, error);
  });
  if (found === undefined) return;
  if (!found.isFile())
    throw unwritable(path, found.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
  if (overwrite) return;
  throw new FramerailError({
    code: 'E_OUTPUT_EXISTS',
    message: `Expected a new file for output but ${path} exists; allow overwriting, or choose another name`,
    details: { path },
  });
}

async function syncFile(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** Makes the new name survive a crash. Systems that can't sync a folder (Windows) don't need it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
