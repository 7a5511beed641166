import type { Readable } from 'node:stream';
import { abortable, FramerailError } from '@framerail/lifecycle';
import type { ByteSource } from './byte-source.js';

/**
 * Reads a stream, such as stdin, holding one chunk at a time.
 *
 * @param name - for messages
 * @param stream - read from now on; destroyed when the source is disposed
 * @param signal - ends a read that waits
 */
export function streamSource(name: string, stream: Readable, signal: AbortSignal): ByteSource {
  const chunks = stream
    .iterator({ destroyOnReturn: true })
    [Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let rest: Uint8Array = new Uint8Array(0);
  return {
    name,
    byteLength: undefined,
    async read(target) {
      let filled = 0;
      while (filled < target.byteLength) {
        if (rest.byteLength === 0) {
          const next = await abortable(chunks.next(), signal, 'Converting').catch((error: unknown) => {
            throw readError(name, error);
          });
          if (next.done) break;
          rest = next.value;
        }
        const part = rest.subarray(0, target.byteLength - filled);
        target.set(part, filled);
        filled += part.byteLength;
        rest = rest.subarray(part.byteLength);
      }
      return filled;
    },
    async [Symbol.asyncDispose]() {
      stream.destroy();
    },
  };
}

function readError(name: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'E_ABORTED') return error;
  return new FramerailError({
    code: 'E_INPUT_INVALID',
    message: `${name} can't be read: ${message}`,
    cause: error,
  });
}
