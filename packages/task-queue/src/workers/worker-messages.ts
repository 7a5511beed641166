import type { TrimRequest } from '@framerail/lifecycle';
import type { ResourceStats } from '../resources/resource-stats.js';
import type { ErrorRecord } from './error-record.js';
import type { TaskInfo } from './task-handler.js';

/** What a worker is told. Attempts are numbered by the pool: the one that is named may have ended. */
export type WorkerOrder =
  /** Begin an attempt; the worker is idle. `data` is JSON. */
  | { readonly kind: 'run'; readonly run: number; readonly task: TaskInfo; readonly data: string }
  | { readonly kind: 'abort'; readonly run: number; readonly reason: ErrorRecord }
  /** One more progress of this attempt was taken. */
  | { readonly kind: 'taken'; readonly run: number }
  | { readonly kind: 'trim'; readonly request: TrimRequest }
  /** Abort what runs, dispose of what is loaded, end. */
  | { readonly kind: 'end' };

/** What a worker says. */
export type WorkerReport =
  /** It has its handlers; these are their names. */
  | { readonly kind: 'ready'; readonly names: readonly string[] }
  /** It can't load them. */
  | { readonly kind: 'refused'; readonly error: ErrorRecord }
  /** `progress` is JSON. */
  | { readonly kind: 'progress'; readonly run: number; readonly progress: string }
  /** `result` is JSON. */
  | { readonly kind: 'completed'; readonly run: number; readonly result: string }
  | { readonly kind: 'failed'; readonly run: number; readonly error: ErrorRecord }
  | { readonly kind: 'resources'; readonly resources: readonly ResourceStats[] };

/** What a worker is born with. */
export interface WorkerSettings {
  /** The module of handlers: a `file:` URL. */
  readonly module: string;
  /** Milliseconds that it gets to end by itself. */
  readonly graceMs: number;
}

/** How a thread knows that it is one of these: the member of its `workerData` that has the {@link WorkerSettings}. */
export const THREAD_MARK = 'framerailTaskWorker';

/** How a process knows: its first argument, before the {@link WorkerSettings} as JSON. */
export const CHILD_MARK = '--framerail-task-worker';
