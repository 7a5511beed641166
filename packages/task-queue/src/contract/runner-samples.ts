import type { TaskRecord } from '../task/task-record.js';
import type { TaskRun, TaskRunner } from '../workers/task-runner.js';

/** One attempt that a case has a runner do. */
export interface SampleRun {
  /** Its result, read from JSON; the rejection has been looked at, so that a case may do so late. */
  readonly result: Promise<unknown>;
  /** What it was told so far. */
  readonly progress: readonly unknown[];
  /** `start` and `lateEnd`, as they came. */
  readonly told: readonly string[];
  abort(reason: unknown): void;
  /** Settles with the first progress. */
  readonly begun: Promise<void>;
  /** Settles when a handler that was given up ended. */
  readonly lateEnd: Promise<void>;
}

/** Has a runner do a task that no queue knows. */
export function sample(
  runner: TaskRunner,
  name: string,
  data: unknown = null,
  more: Partial<TaskRecord> = {},
): SampleRun {
  const controller = new AbortController();
  const [progress, told]: [unknown[], string[]] = [[], []];
  const [begun, lateEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const run: TaskRun = {
    task: sampleTask(name, data, more),
    signal: controller.signal,
    onProgress(value) {
      progress.push(value);
      begun.resolve();
    },
    onStart: () => told.push('start'),
    onLateEnd() {
      told.push('lateEnd');
      lateEnd.resolve();
    },
  };
  const result = runner.run(run).then((text): unknown => JSON.parse(text));
  result.catch(() => {});
  return {
    result,
    progress,
    told,
    abort: (reason) => controller.abort(reason),
    begun: begun.promise,
    lateEnd: lateEnd.promise,
  };
}

function sampleTask(name: string, data: unknown, more: Partial<TaskRecord>): TaskRecord {
  return {
    id: 'task-1',
    name,
    lane: 'lane',
    group: 'group',
    key: undefined,
    data: JSON.stringify(data),
    priority: 0,
    reserve: undefined,
    state: 'active',
    after: [],
    attempts: 1,
    maxAttempts: 3,
    createdAtMs: 0,
    notBeforeMs: 0,
    startedAtMs: 0,
    finishedAtMs: undefined,
    result: undefined,
    failures: [],
    progress: undefined,
    owner: 'contract',
    token: 1,
    leaseUntilMs: 0,
    isCancelRequested: false,
    ...more,
  };
}

/** Runs a case on a runner of its own, and closes it. */
export type WithRunner = (
  test: (runner: TaskRunner) => Promise<void>,
  settings?: { readonly workers?: number; readonly graceMs?: number },
) => () => Promise<void>;
