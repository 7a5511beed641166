import { TASK_STATES, type TaskCounts, type TaskState } from '@framerail/task-queue';

/** Numbers of tasks by state. */
export type StateCounts = Readonly<Record<TaskState, number>>;

/** The sums over lanes and groups. */
export function addCounts(groups: readonly TaskCounts[]): StateCounts {
  const sum = (state: TaskState): number => groups.reduce((total, { counts }) => total + counts[state], 0);
  return Object.fromEntries(TASK_STATES.map((state) => [state, sum(state)])) as StateCounts;
}

/** How many aren't final. */
export function leftOf({ blocked, delayed, waiting, active }: StateCounts): number {
  return blocked + delayed + waiting + active;
}
