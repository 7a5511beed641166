import { TASK_STATES } from '../../task/task-state.js';
import type { TaskQuery } from '../task-engine.js';
import { seqBefore } from '../task-number.js';
import type { TaskGroup } from './task-group.js';
import type { TaskNode } from './task-node.js';
import type { TaskStore } from './task-store.js';

/** Tasks that are sorted for a page rather than looked for among all. */
const MOST_SORTED = 4096;

/** A page of tasks: looks at those of a key or of a group where the query names one, at all otherwise. */
export function pageOf(store: TaskStore, query: TaskQuery): readonly TaskNode[] {
  const { key, group, limit } = query;
  const states = TASK_STATES.flatMap((state, at) => ((query.states?.includes(state) ?? true) ? [at] : []));
  const after = seqBefore(query.afterId);
  const matches = (node: TaskNode): boolean =>
    !node.isGone && states.includes(node.state) && agrees(node, query);
  if (key !== undefined) return first(store.keys.get(key)?.all ?? [], after, limit, matches);
  if (query.lane !== undefined && !store.lanes.has(query.lane)) return [];
  if (group === undefined) {
    const few = store.few(states, MOST_SORTED);
    if (few !== undefined)
      return first(
        few.sort((a, b) => a.seq - b.seq),
        after,
        limit,
        matches,
      );
    const page: TaskNode[] = [];
    for (const node of store.shelf.above(after, states)) {
      if (!matches(node)) continue;
      page.push(node);
      if (page.length === limit) break;
    }
    return page;
  }
  return groupsOf(store, group, query.lane)
    .filter(({ counts }) => states.some((state) => (counts[state] ?? 0) > 0))
    .flatMap(({ tasks }) => first(tasks, after, limit, matches))
    .sort((a, b) => a.seq - b.seq)
    .slice(0, limit);
}

function groupsOf(store: TaskStore, name: string, lane: string | undefined): TaskGroup[] {
  return [...store.lanes.values()].flatMap((one) => {
    const group = lane === undefined || one.name === lane ? one.groups.get(name) : undefined;
    return group === undefined ? [] : [group];
  });
}

function agrees(node: TaskNode, { name, lane, group, key }: TaskQuery): boolean {
  return (
    (name === undefined || node.name === name) &&
    (lane === undefined || node.group.lane.name === lane) &&
    (group === undefined || node.group.name === group) &&
    (key === undefined || node.key === key)
  );
}

function first(
  nodes: readonly TaskNode[],
  after: number,
  limit: number,
  matches: (node: TaskNode) => boolean,
): TaskNode[] {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle] as TaskNode).seq <= after) low = middle + 1;
    else high = middle;
  }
  const page: TaskNode[] = [];
  for (let at = low; at < nodes.length && page.length < limit; at += 1) {
    const node = nodes[at] as TaskNode;
    if (matches(node)) page.push(node);
  }
  return page;
}
