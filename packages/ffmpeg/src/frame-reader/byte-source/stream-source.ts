import type { Readable } from 'node:stream';
import type { Clock } from '@framerail/lifecycle';
import type { ByteSource } from './byte-source.js';

/** Reads through Node's stream: slower, and its copies are made on the event loop, a chunk at a time. */
export function createStreamSource(clock: Clock): ByteSource {
  let stream: Readable | undefined;
  let bytes = 0;
  let waited = 0;
  let ended = false;
  let closed = false;
  let wake = (): void => {};

  const finish = (): void => {
    ended = true;
    wake();
  };
  const wait = async (): Promise<void> => {
    const since = clock.now();
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    waited += clock.now() - since;
  };
  const fill = async (target: Uint8Array): Promise<number> => {
    let filled = 0;
    while (filled < target.byteLength) {
      if (closed) throw Object.assign(new Error('The stream was closed'), { code: 'ECANCELED' });
      const wanted = target.byteLength - filled;
      const length = Math.min(wanted, stream?.readableLength ?? 0);
      const chunk = length > 0 ? (stream?.read(length) as Buffer | null) : null;
      if (chunk !== null) {
        target.set(chunk, filled);
        filled += chunk.byteLength;
        bytes += chunk.byteLength;
      } else if (ended) {
        return filled;
      } else {
        // Without a call of read() the stream doesn't fetch more.
        stream?.read(0);
        await wait();
      }
    }
    return filled;
  };

  return {
    transport: 'stream',
    childStdout: 'pipe',
    attach(stdout) {
      if (stdout === null) return finish();
      stream = stdout;
      stdout.on('readable', () => wake());
      stdout.on('end', finish);
      stdout.on('error', finish);
      stdout.on('close', finish);
    },
    read: fill,
    bytesRead: () => bytes,
    waitingMs: () => waited,
    close() {
      closed = true;
      stream?.destroy();
      wake();
    },
  };
}
