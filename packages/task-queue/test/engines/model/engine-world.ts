// An engine beside its model, and how they are compared.
import { expect } from 'vitest';
import type { TaskEngine, TaskLease } from '../../../src/engines/task-engine.js';
import { TASK_STATES, type TaskRecord } from '../../../src/index.js';
import { type ModelTask, TaskModel } from './task-model.js';

/** Time of the model when it begins, in milliseconds since 1970. */
const BEGIN_MS = 1_700_000_000_000;

/** How an engine is made for a run of the model. */
export interface WorldOptions {
  /** Opens an engine over an empty store. */
  open(): Promise<TaskEngine>;
  /** Opens the store of an engine anew, whose process is taken to have died; `undefined` where tasks don't survive that. */
  reopen?: ((engine: TaskEngine) => Promise<TaskEngine>) | undefined;
  /** Whether tasks are handed out in exactly the order of `order/fair-order.ts`; otherwise only the numbers have to be right. */
  readonly isExact: boolean;
}

/** What commands act upon. */
export class EngineWorld {
  readonly model = new TaskModel();
  /** Leases that were given, held or not. */
  readonly leases: TaskLease[] = [];
  readonly options: WorldOptions;
  engine: TaskEngine;
  nowMs = BEGIN_MS;

  constructor(options: WorldOptions, engine: TaskEngine) {
    this.options = options;
    this.engine = engine;
  }

  /** The task of a lease, if it is held. */
  held({ id, token }: TaskLease): ModelTask | undefined {
    const task = this.model.kept.find((one) => one.id === id);
    return task?.state === 'active' && task.token === token ? task : undefined;
  }

  /** A task that is or was there. */
  pick(number: number): ModelTask | undefined {
    return this.model.tasks[number % Math.max(1, this.model.tasks.length)];
  }

  /** Compares everything. */
  async compare(): Promise<void> {
    const { model, engine } = this;
    const records = await engine.get(model.tasks.map(({ id }) => id));
    for (const [at, task] of model.tasks.entries())
      expect(model.gone.has(task) ? undefined : comparable(records[at])).toEqual(
        model.gone.has(task) ? records[at] : expected(task),
      );
    const listed = await engine.list({ limit: 1000 });
    expect(listed.map(({ id }) => id)).toEqual(model.kept.map(({ id }) => id));
    const counts = new Map<string, number>();
    for (const { spec, state } of model.kept) {
      const key = JSON.stringify([spec.lane, spec.group, state]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const told = (await engine.counts()).flatMap((one) =>
      TASK_STATES.flatMap((state) => {
        const count = one.counts[state];
        return count === 0 ? [] : [[JSON.stringify([one.lane, one.group, state]), count] as const];
      }),
    );
    expect(new Map(told)).toEqual(counts);
    const due = model.kept.flatMap((task) => {
      if (task.state === 'delayed') return [task.notBeforeMs];
      return task.state === 'active' ? [task.leaseUntilMs] : [];
    });
    expect(await engine.nextDueMs()).toBe(due.length === 0 ? undefined : Math.min(...due));
  }
}

function comparable(record: TaskRecord | undefined): unknown {
  if (record === undefined) return 'missing';
  const failures = record.failures.map(({ attempt, atMs, code }) => ({ attempt, atMs, code }));
  return { ...record, after: [...record.after].sort(), failures };
}

function expected(task: ModelTask): unknown {
  const { spec, state } = task;
  const isActive = state === 'active';
  return {
    id: task.id,
    name: spec.name,
    lane: spec.lane,
    group: spec.group,
    key: spec.key,
    data: spec.data,
    priority: task.priority,
    reserve: spec.reserve,
    state,
    after: task.after.map(({ id }) => id).sort(),
    attempts: task.attempts,
    maxAttempts: spec.maxAttempts,
    createdAtMs: task.createdAtMs,
    notBeforeMs: task.notBeforeMs,
    startedAtMs: task.startedAtMs,
    finishedAtMs: task.finishedAtMs,
    result: task.result,
    failures: task.failures.map(({ attempt, atMs, code }) => ({ attempt, atMs, code })),
    progress: task.progress,
    owner: isActive ? task.owner : undefined,
    token: isActive ? task.token : undefined,
    leaseUntilMs: isActive ? task.leaseUntilMs : undefined,
    isCancelRequested: task.isCancelRequested,
  };
}
