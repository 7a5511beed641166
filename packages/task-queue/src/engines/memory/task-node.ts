import type { TaskCost, TaskFailure, TaskRecord } from '../../task/task-record.js';
import type { NewTask } from '../task-engine.js';
import { ACTIVE, BLOCKED, idOf, stateName } from '../task-number.js';

const NO_FAILURES: readonly TaskFailure[] = Object.freeze([]);
/** The lane of a task, as far as tasks and their ways need it. */
export interface LanePlace {
  readonly name: string;
  /** Puts a task whose state was made waiting into the line. */
  push(node: TaskNode): void;
  /** Takes a task out of the line; its state is still waiting. */
  remove(node: TaskNode): void;
  /** Notes that a group has no tasks, and may be forgotten when its turn is over. */
  noteEmpty(group: GroupPlace): void;
}

/** The group of a task. */
export interface GroupPlace {
  readonly lane: LanePlace;
  readonly name: string;
  /** Tasks by state. */
  readonly counts: Int32Array;
  /** Tasks that are kept. */
  readonly size: number;
  /** Where its next turn begins. */
  tag: number;
  /** Adds a task, later than all others. */
  add(node: TaskNode): void;
  /** Notes that a task of it is gone. */
  drop(): void;
}

/** The line in which a task waits. */
export interface LinePlace {
  readonly name: string;
  readonly reserve: TaskCost | undefined;
  readonly size: number;
  /** Takes the task out. */
  remove(node: TaskNode): void;
}

/** A task in memory, changed in place. It is in one queue at most: by place, by time of being due, of its lease's end, of its own end. */
export class TaskNode {
  readonly id: string;
  readonly seq: number;
  readonly group: GroupPlace;
  readonly name: string;
  readonly key: string | undefined;
  readonly data: string;
  readonly share: number;
  readonly reserve: TaskCost | undefined;
  readonly maxAttempts: number;
  readonly after: readonly string[];
  readonly createdAtMs: number;
  priority: number;
  state = BLOCKED;
  notBeforeMs: number;
  attempts = 0;
  startedAtMs: number | undefined = undefined;
  finishedAtMs: number | undefined = undefined;
  result: string | undefined = undefined;
  failures: readonly TaskFailure[] = NO_FAILURES;
  progress: string | undefined = undefined;
  owner: string | undefined = undefined;
  /** Of the last claim; it counts while active only. */
  token = 0;
  isCancelRequested = false;
  /** Its place among the groups' turns; -1 before it was ready. */
  tag = -1;
  /** What its queue is ordered by, ties by `seq`. */
  rank = 0;
  /** Where it is in its queue: see `RankedQueue`; -1: in none. */
  slot = -1;
  /** Those that it comes after and that aren't completed. */
  unmet: Set<TaskNode> | undefined = undefined;
  /** Those that come after it, until it is completed. */
  dependents: TaskNode[] | undefined = undefined;
  /** Where it waits, while it does. */
  line: LinePlace | undefined = undefined;
  /** Whether it was dropped. */
  isGone = false;

  constructor(seq: number, task: NewTask, group: GroupPlace, after: readonly string[], nowMs: number) {
    this.id = idOf(seq);
    this.seq = seq;
    this.group = group;
    this.name = task.name;
    this.key = task.key;
    this.data = task.data;
    this.share = task.share;
    this.reserve = task.reserve;
    this.maxAttempts = task.maxAttempts;
    this.after = after;
    this.createdAtMs = nowMs;
    this.priority = task.priority;
    this.notBeforeMs = task.notBeforeMs;
  }
}

/** A snapshot of a task. */
export function recordOf(node: TaskNode): TaskRecord {
  const isActive = node.state === ACTIVE;
  return {
    id: node.id,
    name: node.name,
    lane: node.group.lane.name,
    group: node.group.name,
    key: node.key,
    data: node.data,
    priority: node.priority,
    reserve: node.reserve,
    state: stateName(node.state),
    after: node.after,
    attempts: node.attempts,
    maxAttempts: node.maxAttempts,
    createdAtMs: node.createdAtMs,
    notBeforeMs: node.notBeforeMs,
    startedAtMs: node.startedAtMs,
    finishedAtMs: node.finishedAtMs,
    result: node.result,
    failures: node.failures,
    progress: node.progress,
    owner: isActive ? node.owner : undefined,
    token: isActive ? node.token : undefined,
    leaseUntilMs: isActive ? node.rank : undefined,
    isCancelRequested: node.isCancelRequested,
  };
}
