import type { Clock, Emitter } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { Allocator } from '../allocators/allocator.js';
import type { Block } from '../blocks/block.js';
import type { MemoryAccess } from '../blocks/memory-access.js';
import type { Lender } from '../leases/block-lease.js';
import type { LeakDetection } from '../leases/call-site.js';
import type { LostLease } from '../leases/leak-watch.js';
import type { PoolEvents } from './buffer-pool.js';

/** Options that pools of all kinds of memory have, checked. */
export interface PoolSettings {
  readonly maxBytes: number;
  readonly maxFreeBytes: number;
  readonly maxWaiters: number;
  readonly clock: Clock;
  readonly name: string;
  readonly leakDetection: LeakDetection;
  readonly events: Emitter<PoolEvents>;
  /** Milliseconds of waiting that count as much as 1 of priority; default 1000. */
  readonly agingMs?: number | undefined;
  /** Milliseconds after which free memory goes back; default: never. */
  readonly idleExpiryMs?: number | undefined;
  /** Frames that get classes of their own, besides the usual ones. */
  readonly layouts?: readonly FrameLayout[] | undefined;
  /** Whether free memory is filled and checked; only where the processor can write to it. */
  readonly poison?: boolean | undefined;
  /**
   * Told after a block came home, or there is a holder who can be asked for one, and those who wait in this pool's
   * own line were served: how a memory manager serves its line.
   */
  readonly onHome?: (() => void) | undefined;
  /** Told of lost leases as the pool's listeners are: how a memory manager hears of them. @returns whether somebody heard of it */
  readonly onLost?: ((loss: LostLease) => boolean) | undefined;
}

/** What a pool lends, and how. */
export interface PoolKind<Memory, L> {
  /** Where its memory comes from. */
  readonly allocator: Allocator<Memory>;
  /** How it looks at its memory. */
  readonly access: MemoryAccess<Memory>;
  /** The class of its leases. */
  readonly Lease: new (
    lender: Lender<Memory, L>,
    block: Block<Memory>,
    byteLength: number,
  ) => L;
}
