// What an engine should do, said as plainly as possible: lists that are looked through, no index, no queue.
import type { ClaimRequest, NewTask, PruneRequest, Settlement } from '../../../src/engines/task-engine.js';
import { isFinal, MAX_FAILURES, type TaskCost, type TaskState } from '../../../src/index.js';
import { laneTagAfter, placeOf, tagOf } from '../../../src/order/fair-order.js';

/** A failure, as far as engines have to agree. */
export interface ModelFailure {
  readonly attempt: number;
  readonly atMs: number;
  readonly code: string;
}

/** A task of the model. */
export interface ModelTask {
  readonly seq: number;
  /** The engine's, once it gave it. */
  id: string;
  readonly spec: NewTask;
  readonly after: readonly ModelTask[];
  readonly createdAtMs: number;
  readonly unmet: Set<ModelTask>;
  priority: number;
  state: TaskState;
  notBeforeMs: number;
  attempts: number;
  token: number;
  tag: number | undefined;
  startedAtMs: number | undefined;
  finishedAtMs: number | undefined;
  result: string | undefined;
  failures: ModelFailure[];
  progress: string | undefined;
  owner: string | undefined;
  leaseUntilMs: number;
  isCancelRequested: boolean;
}

interface ModelLane {
  tag: number;
  endTag: number;
  readonly groups: Map<string, number>;
}

/** The model. Tasks that were dropped are in `gone`. */
export class TaskModel {
  readonly tasks: ModelTask[] = [];
  readonly gone = new Set<ModelTask>();
  readonly lanes = new Map<string, ModelLane>();
  readonly pausedLanes = new Set<string>();
  isPaused = false;

  /** Tasks that are kept. */
  get kept(): ModelTask[] {
    return this.tasks.filter((task) => !this.gone.has(task));
  }

  lane(name: string): ModelLane {
    const lane = this.lanes.get(name) ?? { tag: 0, endTag: 0, groups: new Map() };
    this.lanes.set(name, lane);
    return lane;
  }

  /** The task of a key that isn't final. */
  live(key: string | undefined): ModelTask | undefined {
    return key === undefined
      ? undefined
      : this.kept.find((task) => task.spec.key === key && !isFinal(task.state));
  }

  insert(spec: NewTask, after: readonly ModelTask[], nowMs: number): ModelTask {
    const task: ModelTask = {
      seq: this.tasks.length,
      id: '',
      spec,
      after,
      createdAtMs: nowMs,
      unmet: new Set(after.filter(({ state }) => state !== 'completed')),
      priority: spec.priority,
      state: 'blocked',
      notBeforeMs: spec.notBeforeMs,
      attempts: 0,
      token: 0,
      tag: undefined,
      startedAtMs: undefined,
      finishedAtMs: undefined,
      result: undefined,
      failures: [],
      progress: undefined,
      owner: undefined,
      leaseUntilMs: 0,
      isCancelRequested: false,
    };
    this.tasks.push(task);
    return task;
  }

  begin(task: ModelTask, nowMs: number): void {
    this.#leave(task);
    if (task.notBeforeMs > nowMs) {
      task.state = 'delayed';
      return;
    }
    task.state = 'waiting';
    if (task.tag !== undefined) return;
    const lane = this.lane(task.spec.lane);
    task.tag = tagOf({ laneTag: lane.tag, groupTag: lane.groups.get(task.spec.group) ?? 0 });
    lane.groups.set(task.spec.group, task.tag + task.spec.share);
    lane.endTag = Math.max(lane.endTag, task.tag + task.spec.share);
  }

  end(task: ModelTask, state: TaskState, nowMs: number): void {
    this.#leave(task);
    task.state = state;
    task.finishedAtMs = nowMs;
    for (const one of this.kept) {
      if (!one.unmet.has(task)) continue;
      if (state === 'completed') {
        one.unmet.delete(task);
        if (one.state === 'blocked' && one.unmet.size === 0) this.begin(one, nowMs);
      } else if (one.state === 'blocked') {
        this.fail(one, { attempt: one.attempts, atMs: nowMs, code: 'E_TASK_DEPENDENCY' });
        this.end(one, 'cancelled', nowMs);
      }
    }
  }

  fail(task: ModelTask, failure: ModelFailure): void {
    task.failures = [...task.failures, failure].slice(-MAX_FAILURES);
  }

  #leave(task: ModelTask): void {
    task.owner = undefined;
    task.isCancelRequested = false;
  }

  /** Those that may be handed out, in order. */
  claimable({ lane, exceptNames, free }: Pick<ClaimRequest, 'lane' | 'exceptNames' | 'free'>): ModelTask[] {
    if (this.isPaused || this.pausedLanes.has(lane)) return [];
    return this.kept
      .filter(({ state, spec }) => state === 'waiting' && spec.lane === lane)
      .filter(({ spec }) => !exceptNames.includes(spec.name) && fits(spec.reserve, free))
      .sort((a, b) => placeOf(a.tag ?? 0, a.priority) - placeOf(b.tag ?? 0, b.priority) || a.seq - b.seq);
  }

  claim(tasks: readonly ModelTask[], { lane, owner, nowMs, leaseUntilMs }: ClaimRequest): void {
    if (tasks.length === 0) return;
    const waiting = (): ModelTask[] =>
      this.kept.filter((one) => one.state === 'waiting' && one.spec.lane === lane);
    const groups = new Set(waiting().map(({ spec }) => spec.group)).size;
    for (const task of tasks) {
      task.state = 'active';
      task.attempts += 1;
      task.token += 1;
      task.owner = owner;
      task.startedAtMs = nowMs;
      task.leaseUntilMs = leaseUntilMs;
    }
    const entry = this.lane(lane);
    entry.tag = laneTagAfter({
      laneTag: entry.tag,
      tag: Math.max(...tasks.map(({ tag }) => tag ?? 0)),
      shares: tasks.reduce((sum, { spec }) => sum + spec.share, 0),
      groups,
      endTag: waiting().length === 0 ? entry.endTag : undefined,
    });
  }

  settle(task: ModelTask, settlement: Settlement): void {
    const { nowMs } = settlement;
    if (settlement.how === 'complete') {
      task.result = settlement.result;
      this.end(task, 'completed', nowMs);
    } else if (settlement.how === 'cancel') this.end(task, 'cancelled', nowMs);
    else if (settlement.how === 'release') {
      task.attempts -= 1;
      if (task.attempts === 0) task.startedAtMs = undefined;
      this.#again(task, settlement.notBeforeMs, nowMs);
    } else {
      this.fail(task, settlement.failure);
      if (settlement.retryAtMs === undefined || task.attempts >= task.spec.maxAttempts)
        this.end(task, 'failed', nowMs);
      else this.#again(task, settlement.retryAtMs, nowMs);
    }
  }

  #again(task: ModelTask, notBeforeMs: number, nowMs: number): void {
    task.notBeforeMs = notBeforeMs;
    if (task.isCancelRequested) this.end(task, 'cancelled', nowMs);
    else this.begin(task, nowMs);
  }

  /** Gives how many changed. */
  expire(nowMs: number, deadOwners: readonly string[]): number {
    const active = this.kept.filter(({ state }) => state === 'active');
    const ended = active
      .filter(({ leaseUntilMs }) => leaseUntilMs <= nowMs)
      .sort((a, b) => a.leaseUntilMs - b.leaseUntilMs || a.seq - b.seq);
    const dead = active.filter((task) => !ended.includes(task) && deadOwners.includes(task.owner ?? ''));
    for (const task of [...ended, ...dead]) this.#lose(task, nowMs);
    const due = this.kept
      .filter(({ state, notBeforeMs }) => state === 'delayed' && notBeforeMs <= nowMs)
      .sort((a, b) => a.notBeforeMs - b.notBeforeMs || a.seq - b.seq);
    for (const task of due) this.begin(task, nowMs);
    return ended.length + dead.length + due.length;
  }

  #lose(task: ModelTask, nowMs: number): void {
    this.fail(task, { attempt: task.attempts, atMs: nowMs, code: 'E_TASK_LEASE_LOST' });
    if (task.isCancelRequested) this.end(task, 'cancelled', nowMs);
    else if (task.attempts >= task.spec.maxAttempts) this.end(task, 'failed', nowMs);
    else this.#again(task, nowMs, nowMs);
  }

  cancel(task: ModelTask, nowMs: number): void {
    if (task.state === 'active') task.isCancelRequested = true;
    else if (!isFinal(task.state)) this.end(task, 'cancelled', nowMs);
  }

  /** Gives those that begin anew. */
  retry(tasks: readonly ModelTask[], nowMs: number): Set<ModelTask> {
    const revived = new Set<ModelTask>();
    const seen = new Set<ModelTask>();
    const visit = (task: ModelTask): void => {
      if (seen.has(task)) return;
      seen.add(task);
      for (const other of task.unmet) if (tasks.includes(other)) visit(other);
      if (task.state !== 'failed' && task.state !== 'cancelled') return;
      if (this.live(task.spec.key) !== undefined) return;
      if ([...task.unmet].some((other) => this.gone.has(other) || isFinal(other.state))) return;
      task.attempts = 0;
      task.startedAtMs = undefined;
      task.finishedAtMs = undefined;
      task.tag = undefined;
      if (task.unmet.size > 0) task.state = 'blocked';
      else this.begin(task, nowMs);
      revived.add(task);
    };
    for (const task of tasks) visit(task);
    return revived;
  }

  prune({ states, keep, olderThanMs, limit }: PruneRequest): number {
    const byEnd = (a: ModelTask, b: ModelTask): number =>
      (a.finishedAtMs ?? 0) - (b.finishedAtMs ?? 0) || a.seq - b.seq;
    const dropped = [...new Set(states)]
      .flatMap((state) => {
        const ended = this.kept.filter((task) => task.state === state).sort(byEnd);
        return ended.filter(
          (task, at) => at < ended.length - keep || (task.finishedAtMs ?? 0) <= olderThanMs,
        );
      })
      .sort(byEnd)
      .slice(0, limit);
    for (const task of dropped) this.gone.add(task);
    return dropped.length;
  }
}

function fits(reserve: TaskCost | undefined, free: TaskCost | undefined): boolean {
  return (['cpu', 'memoryBytes', 'gpu', 'io'] as const).every(
    (part) => (reserve?.[part] ?? 0) <= (free?.[part] ?? Number.POSITIVE_INFINITY),
  );
}
