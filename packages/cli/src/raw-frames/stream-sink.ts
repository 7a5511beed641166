import type { Writable } from 'node:stream';
import { abortable } from '@framerail/lifecycle';
import type { ByteSink } from './byte-sink.js';
import { outputError } from './output-error.js';

/**
 * Writes to a stream, such as stdout, waiting until it took each piece. What was written can't be taken back.
 *
 * @param name - for messages
 * @param stream - stays open
 * @param signal - ends a write that waits for the reader
 */
export function streamSink(name: string, stream: Writable, signal: AbortSignal): ByteSink {
  return {
    name,
    write: (bytes) =>
      abortable(
        new Promise<void>((resolve, reject) => {
          stream.write(bytes, (error) => (error ? reject(outputError(name, error)) : resolve()));
        }),
        signal,
        'Converting',
      ),
    commit: async () => {},
    discard: async () => {},
  };
}
