import type { Writable } from 'node:stream';

/** A stream for results that may be closed by its reader at any time. */
export interface TextStream {
  /** Writes and waits until the stream took it. A reader that went away (`| head`) is no failure. */
  write(text: string): Promise<void>;
}

/**
 * Wraps stdout or stderr. `EPIPE` is swallowed: whoever closed the pipe has what they wanted.
 *
 * @param stream - stdout or stderr
 */
export function textStream(stream: Writable): TextStream {
  let isClosed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isClosed = true;
  });
  return {
    write: (text) =>
      new Promise((resolve) => {
        if (isClosed || text === '') return resolve();
        stream.write(text, () => resolve());
      }),
  };
}
