import type { Clock } from '@framerail/lifecycle';
import { loadNative } from '@framerail/native';
import type { ByteSource } from './byte-source/byte-source.js';
import { createPipeSource } from './byte-source/pipe-source.js';
import { createStreamSource } from './byte-source/stream-source.js';

/** The addon's pipe where there is one and it is wanted, else Node's stream. */
export function openByteSource(transport: 'auto' | 'stream', clock: Clock): ByteSource {
  if (transport === 'stream') return createStreamSource(clock);
  const native = loadNative();
  if (!native.available) return createStreamSource(clock);
  try {
    return createPipeSource(native.binding);
  } catch {
    // Windows has no such pipes, and a process may have no descriptors left.
    return createStreamSource(clock);
  }
}
