import type { EventSource } from '@framerail/lifecycle';
import type { TaskEngine, TaskLease } from '../engines/task-engine.js';

/** Renews leases: the engine's `renew`, or a part of the engine that stands in another thread. */
export type RenewLeases = TaskEngine['renew'];

/** What is heard of a {@link LeaseKeeper}. */
export type LeaseKeeperEvents = {
  /** A lease was taken away; it is dropped. */
  readonly lost: TaskLease;
  /** Somebody wants the task of a lease to end; told once, and the lease is kept. */
  readonly cancel: TaskLease;
  /** A round of renewals failed, and is tried again soon: leases may run out meanwhile. */
  readonly trouble: unknown;
};

/** Renews the leases of tasks at work, each third of their time, until they are dropped. */
export interface LeaseKeeper extends EventSource<LeaseKeeperEvents>, AsyncDisposable {
  /** `timer`: from this thread, which a handler may block; `thread`: from one of its own. */
  readonly kind: 'timer' | 'thread';
  /** Leases that it keeps. */
  readonly size: number;
  /** Keeps these from now on, whatever this thread does next. */
  hold(leases: readonly TaskLease[]): void;
  /** Keeps these no longer; unknown ones are passed over. */
  drop(leases: readonly TaskLease[]): void;
  /** Stops; the leases run out. Harmless when called twice. */
  close(): Promise<void>;
}
