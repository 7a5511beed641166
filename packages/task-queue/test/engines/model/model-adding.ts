// What becomes of a batch, task by task.
import type { AddOutcome, NewTask } from '../../../src/engines/task-engine.js';
import type { ModelTask, TaskModel } from './task-model.js';

/** What should become of a task of a batch. */
export type ExpectedOutcome =
  | { readonly outcome: 'added' | 'exists'; readonly task: ModelTask }
  | { readonly outcome: Exclude<AddOutcome['outcome'], 'added' | 'exists'>; readonly id: string };

type Target = { readonly task: ModelTask } | { readonly place: number };

/** Adds a batch to the model. `undefined`: it has a circle, and is refused. */
export function addToModel(
  model: TaskModel,
  specs: readonly NewTask[],
  nowMs: number,
): readonly ExpectedOutcome[] | undefined {
  const targets = specs.map(({ key }, place): Target => {
    const first = key === undefined ? place : specs.findIndex((other) => other.key === key);
    const task = model.live(key);
    return task === undefined ? { place: first } : { task };
  });
  const isOwn = (place: number): boolean => {
    const target = targets[place] as Target;
    return 'place' in target && target.place === place;
  };
  const before = (place: number): number[] =>
    isOwn(place)
      ? (specs[place]?.afterBatch ?? []).flatMap((other) => {
          const target = targets[other] as Target;
          return 'place' in target ? [target.place] : [];
        })
      : [];
  if (specs.some((_, place) => reaches(place, place, before, new Set()))) return undefined;
  const refusals = new Map<number, ExpectedOutcome | undefined>();
  const refusal = (place: number): ExpectedOutcome | undefined => {
    if (!refusals.has(place))
      refusals.set(place, refusalOf(model, specs[place] as NewTask, before(place), refusal));
    return refusals.get(place);
  };
  const added = new Map<number, ModelTask>();
  const places = [...specs.keys()].filter((place) => isOwn(place) && refusal(place) === undefined);
  for (const place of places) added.set(place, model.insert(specs[place] as NewTask, [], nowMs));
  for (const place of places) {
    const task = added.get(place) as ModelTask;
    const spec = specs[place] as NewTask;
    const others = [
      ...spec.after.map((id) => model.tasks.find((one) => one.id === id) as ModelTask),
      ...spec.afterBatch.map((other) => {
        const target = targets[other] as Target;
        return 'task' in target ? target.task : (added.get(target.place) as ModelTask);
      }),
    ];
    for (const other of new Set(others)) {
      (task.after as ModelTask[]).push(other);
      if (other.state !== 'completed') task.unmet.add(other);
    }
    if (task.unmet.size === 0) model.begin(task, nowMs);
  }
  return targets.map((target, place) => {
    if ('task' in target) return { outcome: 'exists', task: target.task };
    const refused = refusal(target.place);
    if (refused !== undefined) return refused;
    return {
      outcome: target.place === place ? 'added' : 'exists',
      task: added.get(target.place) as ModelTask,
    };
  });
}

function reaches(from: number, to: number, before: (place: number) => number[], seen: Set<number>): boolean {
  return before(from).some((place) => {
    if (place === to) return true;
    if (seen.has(place)) return false;
    seen.add(place);
    return reaches(place, to, before, seen);
  });
}

function refusalOf(
  model: TaskModel,
  spec: NewTask,
  before: readonly number[],
  refusal: (place: number) => ExpectedOutcome | undefined,
): ExpectedOutcome | undefined {
  for (const id of spec.after) {
    const task = model.kept.find((one) => one.id === id);
    if (task === undefined) return { outcome: 'unknownDependency', id };
    if (task.state === 'failed' || task.state === 'cancelled') return { outcome: 'failedDependency', id };
  }
  for (const place of before) {
    const refused = refusal(place);
    if (refused !== undefined) return refused;
  }
  return undefined;
}
