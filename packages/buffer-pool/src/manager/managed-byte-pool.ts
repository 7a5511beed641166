import type { Allocator } from '../allocators/allocator.js';
import { BytePool } from '../pool/byte-pool.js';
import { createPoolEvents } from '../pool/pool-events.js';
import type { PoolSettings } from '../pool/pool-settings.js';

/** What the manager decides about a pool; the rest is the same for all of its pools. */
export type ManagedByteSettings = Pick<
  PoolSettings,
  'name' | 'maxBytes' | 'clock' | 'leakDetection' | 'onHome' | 'onLost'
>;

/** Opens a pool whose requests wait in the manager's lines, so that it needs none. */
export function openManagedPool(settings: ManagedByteSettings, allocator: Allocator): BytePool {
  const events = createPoolEvents(settings.name);
  return new BytePool({ ...settings, maxFreeBytes: settings.maxBytes, maxWaiters: 0, events }, allocator);
}
