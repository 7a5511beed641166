import type { TaskLease } from '../engines/task-engine.js';
import type { ErrorRecord } from '../workers/error-record.js';

/** What a keeper's thread is told. Any of it also says that the main thread is alive. */
export type KeeperOrder =
  | { readonly kind: 'change'; readonly drop: readonly TaskLease[]; readonly hold: readonly TaskLease[] }
  | { readonly kind: 'alive' }
  | { readonly kind: 'end' };

/** What it says. */
export type KeeperReport =
  | { readonly kind: 'news'; readonly lost: readonly TaskLease[]; readonly cancelled: readonly TaskLease[] }
  | { readonly kind: 'trouble'; readonly error: ErrorRecord };

/** What it is born with. */
export interface KeeperSettings {
  readonly leaseMs: number;
  readonly maxSilenceMs: number;
  /** The engine's. */
  readonly settings: unknown;
}

/** The member of a keeper thread's `workerData` that has its {@link KeeperSettings}. */
export const KEEPER_MARK = 'framerailLeaseKeeper';
