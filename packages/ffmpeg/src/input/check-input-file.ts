import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { expectString, FramerailError, invalidArgument } from '@framerail/lifecycle';

/**
 * Refuses what can't be a media file before ffprobe looks at it; a pipe, for one, would keep it waiting for ever.
 *
 * @param path - a file's path
 * @returns the file's bytes
 * @throws FramerailError `E_INPUT_NOT_FOUND`, `E_INPUT_EMPTY`, `E_INPUT_UNREADABLE`, `E_INPUT_INVALID` if it is no regular file
 */
export async function checkInputFile(path: string): Promise<number> {
  expectString('input', path);
  if (path.includes('\0')) throw invalidArgument('input', 'a path without zero bytes', path);
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw notAFile(path, found.isDirectory() ? 'a directory' : 'a pipe, socket or device');
    if (found.size === 0)
      throw inputError('E_INPUT_EMPTY', path, 'Expected a media file but received an empty file');
    await access(path, constants.R_OK);
    return found.size;
  } catch (error) {
    if (error instanceof FramerailError) throw error;
    throw fromSystemError(path, error as NodeJS.ErrnoException);
  }
}

/**
 * Makes an error about an input file.
 *
 * @param code - what is wrong with it
 * @param path - the file
 * @param message - the sentence before the path
 * @param options - cause and more details
 */
export function inputError(
  code: `E_INPUT_${string}`,
  path: string,
  message: string,
  options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
): FramerailError {
  return new FramerailError({
    code,
    message: `${message}: ${JSON.stringify(path)}`,
    cause: options.cause,
    details: { path, ...options.details },
  });
}

function notAFile(path: string, what: string): FramerailError {
  return inputError('E_INPUT_INVALID', path, `Expected a media file but received ${what}`);
}

function fromSystemError(path: string, error: NodeJS.ErrnoException): FramerailError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return inputError('E_INPUT_NOT_FOUND', path, 'Expected a media file but there is none', { cause: error });
  }
  return inputError(
    'E_INPUT_UNREADABLE',
    path,
    `Expected a readable media file but received ${error.code ?? 'an error'}`,
    {
      cause: error,
    },
  );
}
