import type { Emitter } from '@framerail/lifecycle';
import type { LostLease } from '../leases/leak-watch.js';
import type { LateWrite, PoolEvents } from './buffer-pool.js';
import { warnOfLateWrite, warnOfLoss } from './warn.js';

/** A pool as far as it tells of something. */
export interface Teller {
  readonly name: string;
  readonly events: Emitter<PoolEvents>;
  /** Told of lost leases as listeners are. @returns whether somebody heard of it */
  readonly onLost?: ((loss: LostLease) => boolean) | undefined;
}

/** Tells of a lost lease: those who listen, or else the process. */
export function tellOfLoss({ events, onLost }: Teller, loss: LostLease): void {
  Object.freeze(loss);
  const isHeard = events.listenerCount('lost') > 0;
  events.emit('lost', loss);
  if (onLost?.(loss) !== true && !isHeard) warnOfLoss(loss);
}

/** Tells of a write to free memory: those who listen, or else the process. */
export function tellOfLateWrite({ events }: Teller, late: LateWrite): void {
  Object.freeze(late);
  if (events.listenerCount('lateWrite') > 0) events.emit('lateWrite', late);
  else warnOfLateWrite(late);
}
