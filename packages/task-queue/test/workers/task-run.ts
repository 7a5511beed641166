// One attempt of a task that no queue knows.
import type { TaskRecord, TaskRun } from '../../src/index.js';

/** A task as it would have been claimed. */
function taskOf(name: string, data: unknown = null, more: Partial<TaskRecord> = {}): TaskRecord {
  return {
    id: '1',
    name,
    lane: 'default',
    group: '',
    key: undefined,
    data: JSON.stringify(data),
    priority: 0,
    reserve: undefined,
    state: 'active',
    after: [],
    attempts: 1,
    maxAttempts: 1,
    createdAtMs: 0,
    notBeforeMs: 0,
    startedAtMs: 0,
    finishedAtMs: undefined,
    result: undefined,
    failures: [],
    progress: undefined,
    owner: 'test',
    token: 1,
    leaseUntilMs: 0,
    isCancelRequested: false,
    ...more,
  };
}

/** A run of such a task. */
export function runOf(name: string, data: unknown = null, more: Partial<TaskRun> = {}): TaskRun {
  return { task: taskOf(name, data), signal: new AbortController().signal, onProgress() {}, ...more };
}
