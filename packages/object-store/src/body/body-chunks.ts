import { type Clock, invalidArgument, throwIfAborted, withTimeout } from '@framerail/lifecycle';
import { bodyFailed } from '../store/store-errors.js';
import type { BlobBody } from '../store/store-options.js';

/** Pieces of a large array: work between them can be aborted, and the event loop gets its turns. */
const PIECE_BYTES = 4 << 20;

/** How a body is read. */
export interface BodyReading {
  readonly key: string;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * The pieces of a body, none of them empty. Waits for each no longer than the timeout, and ends the caller's iteration
 * when it isn't read to its end.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` for what is no body, `E_STORE_BODY_FAILED`, `E_TIMEOUT`, `E_ABORTED`
 */
export async function* bodyChunks(body: BlobBody, reading: BodyReading): AsyncGenerator<Uint8Array, void> {
  const { key, signal, timeoutMs, clock } = reading;
  if (body instanceof Uint8Array) {
    for (let at = 0; at < body.byteLength; at += PIECE_BYTES) {
      throwIfAborted(signal, 'Storing');
      yield body.subarray(at, at + PIECE_BYTES);
    }
    return;
  }
  const iterator = iteratorOf(body);
  let ended = false;
  try {
    for (;;) {
      throwIfAborted(signal, 'Storing');
      const next = Promise.resolve(iterator.next()).catch((error: unknown) => {
        ended = true;
        throw bodyFailed(key, error);
      });
      const { done, value } = await withTimeout(next, {
        signal,
        timeoutMs,
        clock,
        what: 'Waiting for the body',
      });
      if (done) {
        ended = true;
        return;
      }
      if (!(value instanceof Uint8Array))
        throw bodyFailed(key, invalidArgument('a piece of the body', 'a Uint8Array', value));
      if (value.byteLength > 0) yield value;
    }
  } finally {
    // Not waited for: a source that hangs in `next` may hang in `return` too.
    if (!ended) void endQuietly(iterator);
  }
}

/** Whether something can be a body. */
export function checkBody(body: unknown): void {
  if (body instanceof Uint8Array) return;
  const isIterable =
    typeof body === 'object' && body !== null && (Symbol.asyncIterator in body || Symbol.iterator in body);
  if (!isIterable) throw invalidArgument('body', 'a Uint8Array or something iterable that gives them', body);
}

type AnyIterator = AsyncIterator<Uint8Array> | Iterator<Uint8Array>;

function iteratorOf(body: Exclude<BlobBody, Uint8Array>): AnyIterator {
  return Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
}

async function endQuietly(iterator: AnyIterator): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // The call fails for a reason of its own already.
  }
}
