import { BlockStore } from '../blocks/block-store.js';
import type { IdleSpans } from '../blocks/idle-spans.js';
import type { PoolKind, PoolSettings } from './pool-settings.js';
import type { PoolCounters } from './pool-stats.js';
import { tellOfLateWrite } from './tell.js';
import { warnOfThrow } from './warn.js';

/** Opens the store of a pool's memory, which tells where the pool does. */
export function openStore<Memory, L>(
  settings: PoolSettings,
  { allocator, access }: PoolKind<Memory, L>,
  spans: IdleSpans,
  counters: PoolCounters,
): BlockStore<Memory> {
  const { name, maxBytes, maxFreeBytes, poison = false } = settings;
  return new BlockStore<Memory>(
    {
      maxBytes,
      maxFreeBytes,
      allocator,
      access,
      spans,
      poison,
      onLateWrite: ({ classBytes, releasedAt }, offset) =>
        tellOfLateWrite(settings, {
          pool: name,
          offset,
          byteLength: classBytes,
          releasedAt: releasedAt?.describe(2),
        }),
      onFreeFailed: (error) => warnOfThrow(name, 'The allocator’s free', error),
    },
    counters,
  );
}
