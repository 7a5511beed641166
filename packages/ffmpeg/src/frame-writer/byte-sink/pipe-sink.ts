import type { NativeBinding } from '@framerail/native';
import type { ByteSink } from './byte-sink.js';

/**
 * Writes through the addon's pipe of 1 MiB, whose pages are spliced where the system can.
 *
 * @throws what the addon throws where it has no pipes
 */
export function createPipeSink(binding: NativeBinding): ByteSink {
  const pipe = new binding.FramePipe();
  return {
    get transport() {
      return pipe.mode;
    },
    childStdin: pipe.readFd,
    attach: () => pipe.closeReadEnd(),
    write: (data) => pipe.write(data),
    end: () => pipe.end(),
    abort() {
      pipe.closeReadEnd();
      pipe.abort();
    },
    bytesTaken: () => pipe.stats().bytesTaken,
    waitingMs: () => pipe.stats().waitingMs,
  };
}
