import { type PlannedTask, planBatch } from '../batch-plan.js';
import { engineFull } from '../engine-input.js';
import type { AddOutcome, NewTask } from '../task-engine.js';
import { stateName } from '../task-number.js';
import type { TaskNode } from './task-node.js';
import type { TaskStore } from './task-store.js';

const NOTHING: readonly string[] = Object.freeze([]);

/**
 * Adds a batch, or throws before anything changed.
 *
 * @param isPlain - whether no task has a key or comes after another one
 * @throws FramerailError `E_TASK_CIRCULAR`, `E_QUEUE_FULL`
 */
export function addTasks(
  store: TaskStore,
  tasks: readonly NewTask[],
  nowMs: number,
  { isPlain, maxTasks }: { readonly isPlain: boolean; readonly maxTasks: number },
): readonly AddOutcome[] {
  if (!isPlain) return addPlanned(store, tasks, nowMs, maxTasks);
  if (store.size + tasks.length > maxTasks) throw engineFull(store.size, tasks.length, maxTasks);
  return tasks.map((task) => {
    const node = store.add(task, NOTHING, nowMs);
    store.begin(node, nowMs);
    return { id: node.id, outcome: 'added' };
  });
}

function addPlanned(
  store: TaskStore,
  tasks: readonly NewTask[],
  nowMs: number,
  maxTasks: number,
): readonly AddOutcome[] {
  const plan = planBatch(tasks, {
    idOfKey: (key) => store.keys.get(key)?.live?.id,
    stateOf(id) {
      const node = store.find(id);
      return node === undefined ? undefined : stateName(node.state);
    },
  });
  const more = plan.filter(({ how }) => how === 'add').length;
  if (store.size + more > maxTasks) throw engineFull(store.size, more, maxTasks);
  const added = addNodes(store, tasks, plan, nowMs);
  for (const [at, one] of plan.entries()) {
    const node = added[at];
    if (one.how !== 'add' || node === undefined) continue;
    for (const id of one.open) connect(store, node, store.find(id));
    for (const place of one.places) connect(store, node, added[place]);
    if (node.unmet === undefined) store.begin(node, nowMs);
  }
  return plan.map((one, at) => {
    if (one.how === 'not') return one.outcome;
    const node = added[one.how === 'same' ? one.place : at] as TaskNode;
    return { id: node.id, outcome: one.how === 'same' ? 'exists' : 'added' };
  });
}

function addNodes(
  store: TaskStore,
  tasks: readonly NewTask[],
  plan: readonly PlannedTask[],
  nowMs: number,
): readonly (TaskNode | undefined)[] {
  const ids = store.nextIds(plan.map(({ how }) => how === 'add'));
  return tasks.map((task, at) => {
    const one = plan[at];
    if (one?.how !== 'add') return undefined;
    const after = new Set([...one.after, ...one.places.map((place) => ids[place] as string)]);
    return store.add(task, [...after], nowMs);
  });
}

function connect(store: TaskStore, node: TaskNode, before: TaskNode | undefined): void {
  if (before !== undefined) store.connect(node, before);
}
