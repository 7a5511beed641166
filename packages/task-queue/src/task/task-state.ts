/**
 * Where a task stands. `blocked`: waits for tasks that it comes after; `delayed`: for a time; `waiting`: for a worker;
 * `active`: is being done; the others are ends. `failed` is the dead letter: it stays, with its history, to be retried.
 */
export type TaskState = 'blocked' | 'delayed' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';

/** All states, in the order of a task's life. */
export const TASK_STATES: readonly TaskState[] = Object.freeze([
  'blocked',
  'delayed',
  'waiting',
  'active',
  'completed',
  'failed',
  'cancelled',
]);

/** Whether nothing more happens to a task by itself. */
export function isFinal(state: TaskState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}
