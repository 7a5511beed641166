import { FramerailError, isFramerailError } from '@framerail/lifecycle';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Makes the coded error of a file operation on the output.
 *
 * @param path - the output's final name
 * @param cause - what the operation threw; coded errors pass as they are
 */
export function outputError(path: string, cause: unknown): FramerailError {
  if (isFramerailError(cause)) return cause;
  const { code: system = '', message = String(cause) } = cause as { code?: string; message?: string };
  if (FULL.has(system)) {
    return new FramerailError({
      code: 'E_OUTPUT_FULL',
      message: `Expected room for ${path} but there is none left (${system}); free some, or choose another place`,
      cause,
      details: { path, system },
    });
  }
  return unwritable(path, message, { cause, system });
}

/** The error of an output that can't be written, with the reason in words. */
export function unwritable(
  path: string,
  why: string,
  extra: { readonly cause?: unknown; readonly system?: string } = {},
): FramerailError {
  return new FramerailError({
    code: 'E_OUTPUT_UNWRITABLE',
    message: `Expected to write ${path} but ${why}; choose a folder that exists and may be written`,
    cause: extra.cause,
    details: { path, ...(extra.system === undefined ? {} : { system: extra.system }) },
  });
}
