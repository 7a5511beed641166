import { TASK_STATES } from '../../task/task-state.js';
import type { PruneRequest } from '../task-engine.js';
import { comesBefore, type RankedQueue } from './ranked-queue.js';
import type { TaskNode } from './task-node.js';
import type { TaskStore } from './task-store.js';

/** Drops final tasks, oldest first of all states. Gives how many. */
export function pruneTasks(store: TaskStore, { states, keep, olderThanMs, limit }: PruneRequest): number {
  const lines = [...new Set(states)].flatMap((state) => store.ended.get(TASK_STATES.indexOf(state)) ?? []);
  let dropped = 0;
  for (let node = oldest(lines); node !== undefined && dropped < limit; node = oldest(lines)) {
    store.drop(node);
    dropped += 1;
  }
  if (dropped > 0) for (const lane of store.lanes.values()) lane.sweep();
  return dropped;

  function oldest(among: readonly RankedQueue[]): TaskNode | undefined {
    let first: TaskNode | undefined;
    for (const line of among) {
      const node = line.peek();
      if (node === undefined || (line.size <= keep && node.rank > olderThanMs)) continue;
      if (first === undefined || comesBefore(node, first)) first = node;
    }
    return first;
  }
}
