import { isFramerailError } from '@framerail/lifecycle';

/** What became of a call of a tier. */
export type TierResult<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      /** `out`: it wasn't called, since it is taken out. */
      readonly failure: 'failed' | 'out';
      readonly error: unknown;
      /** Settles when a call that was given up comes to its end after all; never rejects. */
      readonly late?: Promise<void> | undefined;
    };

/** Whether an error says that the call was wrong, not that the tier is ill. */
export function isCallersFault(error: unknown): boolean {
  return isFramerailError(error, 'E_INVALID_ARGUMENT');
}
