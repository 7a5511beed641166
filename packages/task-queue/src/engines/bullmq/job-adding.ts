import { FramerailError } from '@framerail/lifecycle';
import type { TaskState } from '../../task/task-state.js';
import { type PlannedTask, planBatch } from '../batch-plan.js';
import { engineFull } from '../engine-input.js';
import type { AddOutcome, NewTask } from '../task-engine.js';
import { seqOf } from '../task-number.js';
import type { RedisLink } from './redis-link.js';
import { ADD, LOOK } from './scripts/adding.js';

/** A batch on its way. */
export interface JobBatch {
  readonly tasks: readonly NewTask[];
  readonly nowMs: number;
  /** Whether none has a key or comes after another one. */
  readonly isPlain: boolean;
  /** Tasks that are kept at most. */
  readonly maxTasks: number;
}

/** What a plan was made against: tasks of keys, and states of tasks; empty where there is none. */
interface Seen {
  readonly keys: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, string>;
}

const NOTHING_SEEN: Seen = { keys: new Map(), states: new Map() };
const MAX_PLANS = 100;

/**
 * Adds a batch: looks up what it speaks of, plans, and adds in one step, which happens only where nothing of that has changed meanwhile;
 * otherwise it is planned anew.
 */
export async function addJobs(link: RedisLink, batch: JobBatch): Promise<readonly AddOutcome[]> {
  const { tasks } = batch;
  for (let turn = 0; turn < MAX_PLANS; turn += 1) {
    const seen = batch.isPlain ? NOTHING_SEEN : await look(link, tasks);
    const plan = planBatch(tasks, {
      idOfKey: (key) => seen.keys.get(key) || undefined,
      stateOf: (id) => (seen.states.get(id) || undefined) as TaskState | undefined,
    });
    const [answer, ...ids] = (await link.runOnce(ADD, argumentsOf(batch, plan, seen))) as string[];
    if (answer === 'full') throw engineFull(Number(ids[0]), added(plan).length, batch.maxTasks);
    if (answer === 'added') return outcomesOf(plan, ids);
  }
  throw new FramerailError({
    code: 'E_QUEUE_LOCKED',
    message: `Expected the tasks that a batch comes after, or its keys, to stay for a moment but they changed ${MAX_PLANS} times while it was added; try again`,
  });
}

async function look(link: RedisLink, tasks: readonly NewTask[]): Promise<Seen> {
  const names = keysOf(tasks);
  const ids = [...new Set(tasks.flatMap(({ after }) => after))].filter((id) => seqOf(id) >= 0);
  type Found = readonly (string | null)[];
  const [holders, found] = (await link.run(LOOK, [names.length, ...names, ...ids])) as [Found, Found];
  const keys = new Map(names.map((name, at) => [name, holders[at] ?? '']));
  const states = new Map([...holders, ...ids].map((id, at) => [id ?? '', found[at] ?? '']));
  states.delete('');
  return { keys, states };
}

function keysOf(tasks: readonly NewTask[]): readonly string[] {
  return [...new Set(tasks.flatMap(({ key }) => (key === undefined ? [] : [key])))];
}

function argumentsOf(batch: JobBatch, plan: readonly PlannedTask[], seen: Seen): (string | number)[] {
  const { tasks, nowMs, maxTasks } = batch;
  const places = added(plan);
  const place = new Map(places.map((at, index) => [at, index]));
  const checks = { keys: [...seen.keys], states: [...seen.states] };
  const described = places.map((at) => {
    const { after, open, places: others } = plan[at] as Extract<PlannedTask, { how: 'add' }>;
    const inBatch = others.map((other) => place.get(other));
    return { ...describe(tasks[at] as NewTask), a: after, o: open, q: inBatch };
  });
  const data = places.map((at) => (tasks[at] as NewTask).data);
  return [nowMs, maxTasks, JSON.stringify(checks), JSON.stringify(described), ...data];
}

/** What the script is told of a task. Numbers are texts where Lua would write them otherwise. */
function describe(task: NewTask) {
  const { name, lane, group, key, priority, reserve, maxAttempts, notBeforeMs, share } = task;
  const { cpu = 0, memoryBytes = 0, gpu = 0, io = 0 } = reserve ?? {};
  return {
    n: name,
    l: lane,
    g: group,
    k: key,
    p: String(priority),
    z: String(bullPriority(priority)),
    r: reserve === undefined ? undefined : JSON.stringify(reserve),
    m: String(maxAttempts),
    b: String(notBeforeMs),
    s: String(share),
    h: JSON.stringify([name, cpu, memoryBytes, gpu, io]),
    c: JSON.stringify([lane, group]),
    e: JSON.stringify({ attempts: maxAttempts, priority: bullPriority(priority) }),
  };
}

/** BullMQ counts from 1, and smaller comes first. */
export function bullPriority(priority: number): number {
  return 1001 - priority;
}

function added(plan: readonly PlannedTask[]): number[] {
  return plan.flatMap(({ how }, at) => (how === 'add' ? [at] : []));
}

function outcomesOf(plan: readonly PlannedTask[], ids: readonly string[]): readonly AddOutcome[] {
  let next = 0;
  const own = plan.map((one): AddOutcome | undefined => {
    if (one.how === 'not') return one.outcome;
    if (one.how === 'same') return undefined;
    next += 1;
    return { id: ids[next - 1] as string, outcome: 'added' };
  });
  return plan.map((one, at) =>
    one.how === 'same' ? { id: own[one.place]?.id as string, outcome: 'exists' } : (own[at] as AddOutcome),
  );
}
