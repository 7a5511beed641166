import { readFile } from 'node:fs/promises';
import { type CubeLut, parseCube } from '@framerail/gpu-converters';
import { abortError, FramerailError, isFramerailError } from '@framerail/lifecycle';

/** A cube of 129³ nodes written with all digits of doubles takes some 130 MB. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * Reads a `.cube` file.
 *
 * @throws FramerailError `E_INPUT_NOT_FOUND`, `E_INPUT_UNREADABLE`, `E_CUBE_INVALID` with the file's name, `E_ABORTED`
 */
export async function readCube(path: string, signal: AbortSignal): Promise<CubeLut> {
  try {
    return parseCube(await readText(path, signal));
  } catch (error) {
    if (!isFramerailError(error, 'E_CUBE_INVALID')) throw error;
    const { code, cause, details } = error;
    throw new FramerailError({ code, message: `${path}: ${error.message}`, cause, details });
  }
}

async function readText(path: string, signal: AbortSignal): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path, { signal });
  } catch (cause) {
    if (signal.aborted) throw abortError(signal, 'Reading the look');
    const isMissing = (cause as { code?: unknown }).code === 'ENOENT';
    const why = isMissing ? 'there is none' : `it can't be read: ${String((cause as Error).message)}`;
    throw new FramerailError({
      code: isMissing ? 'E_INPUT_NOT_FOUND' : 'E_INPUT_UNREADABLE',
      message: `Expected a .cube file in ${path} for --lut but ${why}`,
      cause,
      details: { path },
    });
  }
  if (bytes.byteLength <= MAX_BYTES) return bytes.toString('utf8');
  throw new FramerailError({
    code: 'E_CUBE_INVALID',
    message: `Expected a .cube file of at most ${MAX_BYTES} bytes but received ${bytes.byteLength}`,
    details: { path },
  });
}
