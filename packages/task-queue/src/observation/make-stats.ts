import type { QueueWorks } from '../queue/queue-works.js';
import { TASK_STATES, type TaskState } from '../task/task-state.js';
import type { QueueStats } from './queue-stats.js';

/** Figures of a queue as they are now. */
export async function queueStats(works: QueueWorks): Promise<QueueStats> {
  const { settings, attempts, times, lanes, inProcess } = works;
  const [byGroup, paused] = await Promise.all([settings.engine.counts(), settings.engine.paused()]);
  const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;
  for (const { counts: some } of byGroup) for (const state of TASK_STATES) counts[state] += some[state];
  const nowMs = settings.clock.now();
  return Object.freeze({
    counts: Object.freeze(counts),
    byGroup,
    ...times.all(nowMs),
    lanes: Object.freeze(
      lanes.map(({ settings: { name, concurrency }, running, heldCount }) =>
        Object.freeze({
          lane: name,
          running,
          held: heldCount,
          concurrency,
          isPaused: paused.all || paused.lanes.includes(name),
          ...times.lane(name, nowMs),
        }),
      ),
    ),
    groups: Object.freeze(times.groups(nowMs)),
    slots: settings.slots,
    running: attempts.slots,
    abandoned: attempts.abandoned,
    lost: attempts.lost,
    isPaused: paused.all,
    runner: inProcess.stats(),
  });
}
