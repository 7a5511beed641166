import { FramerailError } from '@framerail/lifecycle';

/** The coded error for what a browser refused. */
export function importFailed(what: string, cause: unknown): FramerailError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FramerailError({
    code: 'E_IMPORT_FAILED',
    message: `The browser gave no pixels of ${what}: ${why}`,
    cause,
  });
}
