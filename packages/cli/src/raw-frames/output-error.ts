import { FramerailError } from '@framerail/lifecycle';

type OutputErrorCode = 'E_OUTPUT_FULL' | 'E_OUTPUT_CLOSED' | 'E_OUTPUT_UNWRITABLE';

const KNOWN: Readonly<Record<string, readonly [code: OutputErrorCode, reason: string]>> = {
  ENOSPC: ['E_OUTPUT_FULL', 'there is no room left'],
  EDQUOT: ['E_OUTPUT_FULL', 'there is no room left'],
  EFBIG: ['E_OUTPUT_FULL', 'files may not become so large here'],
  EPIPE: ['E_OUTPUT_CLOSED', 'its reader went away'],
};

/**
 * Gives a failure to write its stable code.
 *
 * @param name - the output, for the message
 * @param cause - what the system said
 */
export function outputError(name: string, cause: NodeJS.ErrnoException): FramerailError {
  const [code, reason] = KNOWN[cause.code ?? ''] ?? ['E_OUTPUT_UNWRITABLE', cause.message];
  return new FramerailError({
    code,
    message: `${name} can't be written: ${reason}`,
    cause,
    details: { output: name },
  });
}
