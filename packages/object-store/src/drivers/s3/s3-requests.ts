import type { S3Client } from '@aws-sdk/client-s3';
import { type Clock, onAbort, throwIfAborted, withTimeout } from '@framerail/lifecycle';

/** Limits of a call. */
export interface CallLimits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** A request, begun by calling it with the signal that gives it up. */
export type Request<Output> = (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<Output>;

/** Sends requests within the limits of a call: one that is given up is given up on the wire too. */
export async function send<Output>(
  client: S3Client,
  { signal, timeoutMs, clock }: CallLimits,
  what: string,
  request: Request<Output>,
): Promise<Output> {
  throwIfAborted(signal, what);
  const stop = new AbortController();
  const off = onAbort(signal, () => stop.abort());
  try {
    return await withTimeout(request(client, { abortSignal: stop.signal }), {
      signal,
      timeoutMs,
      clock,
      what,
      onGiveUp: () => stop.abort(),
    });
  } finally {
    off();
  }
}
