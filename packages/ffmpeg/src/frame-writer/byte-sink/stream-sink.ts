import type { Writable } from 'node:stream';
import type { Clock } from '@framerail/lifecycle';
import type { ByteSink } from './byte-sink.js';

/** Progress is seen in pieces of this size; libuv takes each without a copy. */
const PIECE_BYTES = 1024 * 1024;

/** Writes through Node's stream. */
export function createStreamSink(clock: Clock): ByteSink {
  let stream: Writable | undefined;
  let failure: Error | undefined;
  let taken = 0;
  let waited = 0;
  let queue: Promise<void> = Promise.resolve();

  const gone = (): Error => failure ?? Object.assign(new Error('The reader is gone'), { code: 'EPIPE' });
  const writePiece = (piece: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const target = stream;
      if (target === undefined || target.destroyed) return reject(gone());
      const lost = (): void => reject(gone());
      target.once('close', lost);
      target.write(piece, (error) => {
        target.off('close', lost);
        if (error) return reject(error);
        taken += piece.byteLength;
        resolve();
      });
    });
  const writeAll = async (data: Uint8Array): Promise<void> => {
    const since = clock.now();
    for (let at = 0; at < data.byteLength; at += PIECE_BYTES)
      await writePiece(data.subarray(at, at + PIECE_BYTES));
    waited += clock.now() - since;
  };

  return {
    transport: 'stream',
    childStdin: 'pipe',
    attach(stdin) {
      stream = stdin ?? undefined;
      stdin?.on('error', (error) => {
        failure = error;
      });
    },
    write(data) {
      const written = queue.then(() => writeAll(data));
      queue = written.catch(() => {});
      return written;
    },
    async end() {
      await queue;
      if (failure !== undefined || stream === undefined) throw gone();
      stream.end();
    },
    abort() {
      failure ??= Object.assign(new Error('Writing was given up'), { code: 'ECANCELED' });
      stream?.destroy();
    },
    bytesTaken: () => taken,
    waitingMs: () => waited,
  };
}
