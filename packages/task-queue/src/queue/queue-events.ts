import type { CapacityShortage } from '../admission/admission.js';
import type { TaskFailure } from '../task/task-record.js';

/** Which task an event is about. */
export interface TaskEvent {
  /** The task. */
  readonly id: string;
  /** Which handler does it. */
  readonly name: string;
  /** Its lane. */
  readonly lane: string;
  /** Whose it is. */
  readonly group: string;
}

/** An attempt of a task. */
export interface AttemptEvent extends TaskEvent {
  /** Counts from 1. */
  readonly attempt: number;
}

/**
 * What can be heard of a queue: what happens in this process. Events of tasks that other processes do are theirs; `list` and handles see all.
 */
export type QueueEvents = {
  /** A task was acknowledged. */
  readonly added: TaskEvent;
  /** An attempt begins. */
  readonly started: AttemptEvent & {
    /** Whether it was made smaller to fit (`adjustForCapacity`). */
    readonly isAdjusted: boolean;
  };
  /** A handler told something; ten times a second at most, changes of stage excepted. */
  readonly progress: AttemptEvent & { readonly value: unknown };
  /** It is done, and the engine has its result. */
  readonly completed: AttemptEvent & {
    /** JSON. */
    readonly result: string;
    readonly runMs: number;
  };
  /** It is a dead letter now. */
  readonly failed: AttemptEvent & { readonly failure: TaskFailure; readonly error: unknown };
  /** An attempt failed, and there will be another one. */
  readonly retrying: AttemptEvent & {
    readonly failure: TaskFailure;
    readonly error: unknown;
    /** Milliseconds since 1970. */
    readonly retryAtMs: number;
  };
  /** It was cancelled: before it began, or while it ran. */
  readonly cancelled: TaskEvent;
  /** There is no room for it now. Told once while a name waits. */
  readonly deferred: TaskEvent & { readonly shortages: readonly CapacityShortage[] };
  /** Its lease was lost while it ran here: somebody else does it; or its handler ignored its signal, and keeps its slot. */
  readonly stalled: AttemptEvent & { readonly reason: 'leaseLost' | 'abandoned' };
  /** The engine failed; what the queue did for itself then is tried again. Calls of the API reject for themselves. */
  readonly engineError: { readonly during: string; readonly error: unknown };
};
