import { type FileHandle, open } from 'node:fs/promises';
import { FramerailError, throwIfAborted } from '@framerail/lifecycle';
import type { ByteSource } from './byte-source.js';

/**
 * Opens a file, a device or a named pipe for reading.
 *
 * @param path - any path
 * @param signal - read between reads
 * @throws FramerailError `E_INPUT_NOT_FOUND`, `E_INPUT_INVALID` (a folder, no permission), `E_INPUT_EMPTY`
 */
export async function openFileSource(path: string, signal: AbortSignal): Promise<ByteSource> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw inputError(path, error);
  });
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw invalidInput(path, 'it is a folder');
    if (stats.isFile() && stats.size === 0) {
      throw new FramerailError({
        code: 'E_INPUT_EMPTY',
        message: `Expected raw frames in ${path} but it is empty`,
        details: { path },
      });
    }
    return fileSource(path, file, stats.isFile() ? stats.size : undefined, signal);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function fileSource(
  path: string,
  file: FileHandle,
  byteLength: number | undefined,
  signal: AbortSignal,
): ByteSource {
  return {
    name: path,
    byteLength,
    async read(target) {
      let filled = 0;
      while (filled < target.byteLength) {
        throwIfAborted(signal, 'Converting');
        const { bytesRead } = await file
          .read(target, filled, target.byteLength - filled)
          .catch((error: NodeJS.ErrnoException) => {
            throw inputError(path, error);
          });
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

function inputError(path: string, error: NodeJS.ErrnoException): FramerailError {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') return invalidInput(path, error.message, error);
  return new FramerailError({
    code: 'E_INPUT_NOT_FOUND',
    message: `Expected a file at ${path} but there is none`,
    cause: error,
    details: { path },
  });
}

function invalidInput(path: string, reason: string, cause?: unknown): FramerailError {
  return new FramerailError({
    code: 'E_INPUT_INVALID',
    message: `${path} can't be read: ${reason}`,
    cause,
    details: { path },
  });
}
