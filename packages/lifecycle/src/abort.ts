import { FramerailError } from './framerail-error.js';
import { invalidArgument } from './validation.js';

/**
 * Makes the error that an aborted call rejects with.
 *
 * @param signal - an aborted signal; its reason becomes the cause
 * @param what - what was aborted, for the message
 */
export function abortError(signal: AbortSignal, what = 'The operation'): FramerailError {
  return new FramerailError({
    code: 'E_ABORTED',
    message: `${what} was aborted`,
    cause: signal.reason,
  });
}

/**
 * Throws if the signal is aborted; does nothing without a signal.
 *
 * @param signal - the caller's signal
 * @param what - what was aborted, for the message
 * @throws FramerailError `E_ABORTED`
 */
export function throwIfAborted(signal: AbortSignal | undefined, what?: string): void {
  if (signal?.aborted) throw abortError(signal, what);
}

/**
 * Calls `listener` once when the signal aborts, or at once if it has.
 *
 * @param signal - the caller's signal; without one the listener is never called
 * @param listener - must not throw
 * @returns takes the listener off again; harmless when called twice
 * @throws FramerailError `E_INVALID_ARGUMENT` for what is no signal
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {};
  if (typeof signal?.addEventListener !== 'function')
    throw invalidArgument('signal', 'an AbortSignal', signal);
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/**
 * Waits for a promise until the signal aborts. The promise itself goes on; its late result is dropped
 * and its late failure is swallowed, so stop the work behind it by other means.
 *
 * @param promise - what is waited for
 * @param signal - ends the wait
 * @param what - what was aborted, for the message
 * @throws FramerailError `E_ABORTED`
 */
export async function abortable<T>(
  promise: PromiseLike<T>,
  signal: AbortSignal | undefined,
  what?: string,
): Promise<T> {
  if (signal === undefined) return promise;
  const settled = Promise.resolve(promise);
  settled.catch(() => {});
  throwIfAborted(signal, what);
  let off = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    off = onAbort(signal, () => reject(abortError(signal, what)));
  });
  try {
    return await Promise.race([settled, aborted]);
  } finally {
    off();
  }
}
