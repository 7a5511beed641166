import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { openAtomicOutput } from '@framerail/export-pipeline';
import type { ByteSink } from './byte-sink.js';
import { outputError } from './output-error.js';

/** Options of {@link openFileSink}. */
export interface FileSinkOptions {
  readonly path: string;
  /** Whether a file of that name may be replaced. */
  readonly overwrite: boolean;
}

/**
 * Opens an output file. It is written beside its name and appears there only when it is complete; a link is
 * followed first, and a device or a named pipe is written as it is, since it can't be replaced.
 *
 * @throws FramerailError `E_OUTPUT_UNWRITABLE`, `E_OUTPUT_EXISTS`, `E_OUTPUT_FULL`
 */
export async function openFileSink(options: FileSinkOptions): Promise<ByteSink> {
  const existing = await stat(options.path).catch(() => undefined);
  if (existing !== undefined && !existing.isFile() && !existing.isDirectory())
    return openDevice(options.path);
  const path = await realpath(options.path).catch(() => options.path);
  const output = await openAtomicOutput({ path, overwrite: options.overwrite });
  const file = await open(output.partialPath, 'w').catch(async (error: NodeJS.ErrnoException) => {
    await output.discard();
    throw outputError(options.path, error);
  });
  return {
    ...writing(options.path, file),
    async commit() {
      await file.close();
      await output.commit();
    },
    async discard() {
      await file.close().catch(() => {});
      await output.discard();
    },
  };
}

async function openDevice(path: string): Promise<ByteSink> {
  const file = await open(path, constants.O_WRONLY).catch((error: NodeJS.ErrnoException) => {
    throw outputError(path, error);
  });
  return { ...writing(path, file), commit: () => file.close(), discard: () => file.close().catch(() => {}) };
}

function writing(name: string, file: FileHandle): Pick<ByteSink, 'name' | 'write'> {
  return {
    name,
    async write(bytes) {
      for (let done = 0; done < bytes.byteLength; ) {
        const { bytesWritten } = await file.write(bytes, done).catch((error: NodeJS.ErrnoException) => {
          throw outputError(name, error);
        });
        done += bytesWritten;
      }
    },
  };
}
