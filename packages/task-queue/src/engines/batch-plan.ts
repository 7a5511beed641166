import { FramerailError } from '@framerail/lifecycle';
import type { TaskState } from '../task/task-state.js';
import type { AddOutcome, NewTask } from './task-engine.js';

/** What a batch is planned against: the tasks that are there. */
export interface TasksThere {
  /** The id of the task of a key that isn't final. */
  idOfKey(key: string): string | undefined;
  /** Where a task stands; `undefined`: unknown. */
  stateOf(id: string): TaskState | undefined;
}

/** What becomes of a task of a batch. */
export type PlannedTask =
  /** It exists or is refused. */
  | { readonly how: 'not'; readonly outcome: AddOutcome }
  /** The task at another place of the batch is it. */
  | { readonly how: 'same'; readonly place: number }
  /** It is added. */
  | {
      readonly how: 'add';
      /** Ids that it comes after, completed ones too; each once. */
      readonly after: readonly string[];
      /** Those of them that aren't completed. */
      readonly open: readonly string[];
      /** Places in the batch that it comes after; each once, all of them added. */
      readonly places: readonly number[];
    };

/**
 * Says what becomes of each task of a batch: keys are settled first, in order, then who comes after whom. A task is refused
 * with whatever it comes after.
 *
 * @throws FramerailError `E_TASK_CIRCULAR` naming a circle
 */
export function planBatch(tasks: readonly NewTask[], there: TasksThere): readonly PlannedTask[] {
  const { existing, first } = settleKeys(tasks, there);
  const afterIds: string[][] = [];
  const places: number[][] = [];
  for (const [at, task] of tasks.entries()) {
    const ids = new Set(task.after);
    const others = new Set<number>();
    for (const place of task.afterBatch) {
      const id = existing.get(place);
      if (id === undefined) others.add(first.get(place) ?? place);
      else ids.add(id);
    }
    const isAdded = !existing.has(at) && !first.has(at);
    afterIds.push(isAdded ? [...ids] : []);
    places.push(isAdded ? [...others] : []);
  }
  const plan: PlannedTask[] = new Array(tasks.length);
  for (const at of dependencyOrder(places)) {
    const id = existing.get(at);
    const same = first.get(at);
    if (id !== undefined) plan[at] = { how: 'not', outcome: { id, outcome: 'exists' } };
    else if (same !== undefined) plan[at] = { how: 'same', place: same };
    else plan[at] = planOne(afterIds[at] ?? [], places[at] ?? [], plan, there);
  }
  for (const [at, place] of first) {
    const same = plan[place];
    if (same?.how === 'not') plan[at] = same;
  }
  return plan;
}

function settleKeys(
  tasks: readonly NewTask[],
  there: TasksThere,
): { existing: Map<number, string>; first: Map<number, number> } {
  const existing = new Map<number, string>();
  const first = new Map<number, number>();
  const seen = new Map<string, number>();
  for (const [at, { key }] of tasks.entries()) {
    if (key === undefined) continue;
    const earlier = seen.get(key);
    const id = earlier === undefined ? there.idOfKey(key) : undefined;
    if (id !== undefined) existing.set(at, id);
    else if (earlier !== undefined) first.set(at, earlier);
    else seen.set(key, at);
  }
  return { existing, first };
}

function planOne(
  after: readonly string[],
  places: readonly number[],
  plan: readonly PlannedTask[],
  there: TasksThere,
): PlannedTask {
  const open: string[] = [];
  for (const id of after) {
    const state = there.stateOf(id);
    if (state === undefined) return { how: 'not', outcome: { id, outcome: 'unknownDependency' } };
    if (state === 'failed' || state === 'cancelled')
      return { how: 'not', outcome: { id, outcome: 'failedDependency' } };
    if (state !== 'completed') open.push(id);
  }
  for (const place of places) {
    const other = plan[place];
    if (other?.how === 'not') return other;
  }
  return { how: 'add', after, open, places };
}

/**
 * An order in which everything comes after what it depends on, otherwise by number.
 *
 * @param after - for each number the numbers that come before it
 * @throws FramerailError `E_TASK_CIRCULAR` naming a circle
 */
export function dependencyOrder(after: readonly (readonly number[])[]): readonly number[] {
  const missing = after.map((others) => others.length);
  const followers: number[][] = after.map(() => []);
  for (const [at, others] of after.entries()) for (const other of others) followers[other]?.push(at);
  const order = missing.flatMap((count, at) => (count === 0 ? [at] : []));
  for (let next = 0; next < order.length; next += 1) {
    for (const follower of followers[order[next] as number] ?? []) {
      missing[follower] = (missing[follower] as number) - 1;
      if (missing[follower] === 0) order.push(follower);
    }
  }
  if (order.length < after.length) throw circular(after, missing);
  return order;
}

function circular(after: readonly (readonly number[])[], missing: readonly number[]): FramerailError {
  // Whatever is left waits for something else that is left, so that walking on ends in a circle.
  const walked: number[] = [];
  let at = missing.findIndex((count) => count > 0);
  while (!walked.includes(at)) {
    walked.push(at);
    at = after[at]?.find((other) => (missing[other] as number) > 0) as number;
  }
  const circle = walked.slice(walked.indexOf(at));
  return new FramerailError({
    code: 'E_TASK_CIRCULAR',
    message: `Expected no circle but task ${[...circle, at].join(' comes after ')} of the batch; take one of them out`,
    details: { circle },
  });
}
