import type { Clock, Emitter } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { LeakDetection } from '../leases/call-site.js';
import type { PoolEvents } from '../pool/buffer-pool.js';
import type { ControlLayout } from './control-layout.js';
import type { SharedLedger } from './shared-ledger.js';
import type { SharedPoolHandle } from './shared-pool.js';

/** One thread's part in a shared pool. */
export interface Attachment {
  readonly handle: SharedPoolHandle;
  readonly layout: ControlLayout;
  readonly ledger: SharedLedger;
  /** Tells this part from others that had its number. */
  readonly part: number;
  readonly clock: Clock;
  readonly leakDetection: LeakDetection;
  readonly layouts: readonly FrameLayout[];
  readonly events: Emitter<PoolEvents>;
  /** Whether the end of this part is the end of the pool. */
  readonly isCreator: boolean;
}
