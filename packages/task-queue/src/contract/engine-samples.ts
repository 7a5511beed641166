import { demand } from '@framerail/lifecycle/testing';
import type { ClaimRequest, NewTask, Settlement, TaskEngine, TaskLease } from '../engines/task-engine.js';
import type { TaskRecord } from '../task/task-record.js';
import type { TaskState } from '../task/task-state.js';

/** Opens an engine over an empty store for a case, which closes it. */
export type OpenEngine = () => Promise<TaskEngine>;

/** The time at which cases begin, in milliseconds since 1970. */
export const START_MS = 1_700_000_000_000;

/** How long leases of cases last, in milliseconds. */
export const LEASE_MS = 5000;

/** A task to be added: an ordinary one, but for what is given. */
export function sampleTask(fields: Partial<NewTask> = {}): NewTask {
  return {
    name: 'render',
    lane: 'work',
    group: '',
    key: undefined,
    data: '{}',
    priority: 0,
    reserve: undefined,
    maxAttempts: 3,
    notBeforeMs: 0,
    after: [],
    afterBatch: [],
    share: 1,
    ...fields,
  };
}

/** Adds tasks, which have to be new. */
export async function addAll(engine: TaskEngine, tasks: readonly Partial<NewTask>[]): Promise<string[]> {
  const outcomes = await engine.add(tasks.map(sampleTask), START_MS);
  demand(
    outcomes.every(({ outcome }) => outcome === 'added'),
    () => `all tasks to be added, not ${outcomes.map(({ outcome }) => outcome).join()}`,
  );
  return outcomes.map(({ id }) => id);
}

/** Claims tasks of the lane of samples. */
export function claim(
  engine: TaskEngine,
  limit: number,
  fields: Partial<ClaimRequest> = {},
): Promise<readonly TaskRecord[]> {
  const nowMs = fields.nowMs ?? START_MS;
  return engine.claim({
    lane: 'work',
    limit,
    exceptNames: [],
    free: undefined,
    owner: 'case',
    nowMs,
    leaseUntilMs: nowMs + LEASE_MS,
    ...fields,
  });
}

/** Claims one task, which has to be there. */
export async function claimOne(engine: TaskEngine, fields: Partial<ClaimRequest> = {}): Promise<TaskRecord> {
  const [task] = await claim(engine, 1, fields);
  demand(task !== undefined, 'a task to be handed out');
  return task;
}

/** The lease of a task that was claimed. */
export function leaseOf(task: TaskRecord): TaskLease {
  demand(task.token !== undefined, 'a claimed task to have a token');
  return { id: task.id, token: task.token };
}

/** Completes a task that was claimed. */
export function completion(task: TaskRecord, nowMs = START_MS + 10): Settlement {
  return { ...leaseOf(task), nowMs, how: 'complete', result: 'null' };
}

/** Lets an attempt fail: for good, unless it is tried again. */
export function failing(task: TaskRecord, retryAtMs?: number, nowMs = START_MS + 10): Settlement {
  const failure = { attempt: task.attempts, atMs: nowMs, code: 'E_TASK_FAILED', message: 'It rained' };
  return { ...leaseOf(task), nowMs, how: 'fail', failure, retryAtMs };
}

/** Settles, which has to take effect. */
export async function settle(engine: TaskEngine, ...settlements: readonly Settlement[]): Promise<void> {
  const outcomes = await engine.settle(settlements);
  demand(
    outcomes.length === settlements.length && outcomes.every((one) => one === 'applied'),
    () => `settlements to be applied, not ${outcomes.join()}`,
  );
}

/** Demands that tasks stand somewhere. */
export async function demandStates(
  engine: TaskEngine,
  ids: readonly string[],
  states: readonly (TaskState | undefined)[],
): Promise<readonly (TaskRecord | undefined)[]> {
  const tasks = await engine.get(ids);
  const found = tasks.map((task) => task?.state);
  demand(found.join() === states.join(), () => `states ${states.join()}, not ${found.join()}`);
  return tasks;
}

/** Demands that two lists are the same. */
export function demandList(found: readonly unknown[], expected: readonly unknown[], what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  demand(a === b, () => `${what} to be ${b}, not ${a}`);
}

/** Demands that counts agree with the tasks, looked at one by one. */
export async function demandCounts(engine: TaskEngine): Promise<void> {
  const counted = new Map<string, number>();
  let afterId: string | undefined;
  for (;;) {
    const page = await engine.list({ limit: 1000, afterId });
    for (const { lane, group, state } of page) {
      const key = JSON.stringify([lane, group, state]);
      counted.set(key, (counted.get(key) ?? 0) + 1);
    }
    afterId = page.at(-1)?.id;
    if (afterId === undefined) break;
  }
  const told = (await engine.counts()).flatMap(({ lane, group, counts }) =>
    Object.entries(counts).flatMap(([state, count]) =>
      count === 0 ? [] : [[JSON.stringify([lane, group, state]), count] as const],
    ),
  );
  demandList(told.sort(), [...counted].sort(), 'counts');
}
