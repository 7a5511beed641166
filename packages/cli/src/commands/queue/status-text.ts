import { TASK_STATES } from '@framerail/task-queue';
import { columns } from '../../output/columns.js';
import type { QueueStatus } from './queue-status.js';
import type { StateCounts } from './totals.js';

/** The status for a person: a row a lane, then what else is to be known. */
export function statusText({ path, isPaused, counts, lanes, processes, schedules }: QueueStatus): string {
  const row = (label: string, of: StateCounts): string[] => [
    label,
    ...TASK_STATES.map((state) => String(of[state])),
  ];
  const rows = [
    ['lane', ...TASK_STATES],
    ...lanes.map((lane) => row(lane.isPaused ? `${lane.lane} (paused)` : lane.lane, lane.counts)),
    row('all', counts),
  ];
  const lines = [
    ...(isPaused ? ['Everything is paused.'] : []),
    ...processes.map(({ owner, state }) => `process ${owner.split('-')[1] ?? owner} works: ${state}`),
    ...schedules.map(({ id, nextAtMs }) => `schedule ${id} is due ${new Date(nextAtMs).toISOString()}`),
  ];
  const numbers = TASK_STATES.map((_, at) => at + 1);
  return `${path}\n${columns(rows, numbers)}${lines.map((line) => `${line}\n`).join('')}`;
}
