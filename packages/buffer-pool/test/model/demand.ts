import { isFramerailError } from '@framerail/lifecycle';

/** Fails the test, in far less time than `expect` takes: models ask millions of times. */
export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** The code of the error that a call throws, `nothing` if it throws none. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return isFramerailError(error) ? error.code : String(error);
  }
  return 'nothing';
}
