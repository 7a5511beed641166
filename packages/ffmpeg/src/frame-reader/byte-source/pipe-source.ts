import type { NativeBinding } from '@framerail/native';
import type { ByteSource } from './byte-source.js';

/**
 * Reads through the addon's pipe of 1 MiB.
 *
 * @throws what the addon throws where it has no pipes
 */
export function createPipeSource(binding: NativeBinding): ByteSource {
  const reader = new binding.FrameReader();
  return {
    transport: 'pipe',
    childStdout: reader.writeFd,
    attach: () => reader.closeWriteEnd(),
    read: (target) => reader.read(target),
    bytesRead: () => reader.stats().bytesRead,
    waitingMs: () => reader.stats().waitingMs,
    close() {
      reader.closeWriteEnd();
      reader.close();
    },
  };
}
