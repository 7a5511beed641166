import type { Clock } from '@framerail/lifecycle';
import { loadNative } from '@framerail/native';
import type { ByteSink } from './byte-sink/byte-sink.js';
import { createPipeSink } from './byte-sink/pipe-sink.js';
import { createStreamSink } from './byte-sink/stream-sink.js';

/** The addon's pipe where there is one and it is wanted, else Node's stream. */
export function openByteSink(transport: 'auto' | 'stream', clock: Clock): ByteSink {
  if (transport === 'stream') return createStreamSink(clock);
  const native = loadNative();
  if (!native.available) return createStreamSink(clock);
  try {
    return createPipeSink(native.binding);
  } catch {
    // Windows has no such pipes, and a process may have no descriptors left.
    return createStreamSink(clock);
  }
}
