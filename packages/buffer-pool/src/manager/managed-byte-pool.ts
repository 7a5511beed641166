import { createEmitter } from '@framerail/lifecycle';
import type { Allocator } from '../allocators/allocator.js';
import type { PoolEvents } from '../pool/buffer-pool.js';
import { BytePool } from '../pool/byte-pool.js';
import type { PoolSettings } from '../pool/pool-settings.js';
import { warnOfMemory } from './manager-errors.js';

/** What the manager decides about a pool; the rest is the same for all of its pools. */
export type ManagedByteSettings = Pick<
  PoolSettings,
  'name' | 'maxBytes' | 'clock' | 'leakDetection' | 'onHome'
>;

/** Opens a pool whose requests wait in the manager's lines, so that it needs none. */
export function openManagedPool(settings: ManagedByteSettings, allocator: Allocator): BytePool {
  const events = createEmitter<PoolEvents>((error) =>
    warnOfMemory(`A listener of pool ${settings.name} threw`, error),
  );
  return new BytePool({ ...settings, maxFreeBytes: settings.maxBytes, maxWaiters: 0, events }, allocator);
}
