import { MAX_FAILURES, type TaskFailure } from '../../task/task-record.js';
import type { NewTask } from '../task-engine.js';
import {
  ACTIVE,
  BLOCKED,
  CANCELLED,
  COMPLETED,
  DELAYED,
  FAILED,
  type FinalState,
  idOf,
  stateName,
  WAITING,
} from '../task-number.js';
import { RankedQueue } from './ranked-queue.js';
import { TaskLane } from './task-lane.js';
import { TaskNode } from './task-node.js';
import { TaskShelf } from './task-shelf.js';

/** Tasks of a key: all that are kept, by number, and the one that isn't final. */
interface KeyedTasks {
  live: TaskNode | undefined;
  readonly all: TaskNode[];
}

/** All tasks of an engine in memory, and their ways from state to state: every index follows each step. */
export class TaskStore {
  readonly lanes = new Map<string, TaskLane>();
  readonly shelf = new TaskShelf();
  readonly keys = new Map<string, KeyedTasks>();
  /** By when they are due. */
  readonly delayed = new RankedQueue();
  /** By when their leases end. */
  readonly active = new RankedQueue();
  /** Final ones by when they ended. */
  readonly ended = new Map([
    [COMPLETED, new RankedQueue()],
    [FAILED, new RankedQueue()],
    [CANCELLED, new RankedQueue()],
  ]);
  #lastSeq = 0;
  readonly #onChange: (node: TaskNode) => void;

  /** @param onChange - called for each task that changed its state */
  constructor(onChange: (node: TaskNode) => void) {
    this.#onChange = onChange;
  }

  /** Tasks that are kept. */
  get size(): number {
    return this.shelf.size;
  }

  /** The lane of a name; made where it is new. */
  lane(name: string): TaskLane {
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      lane = new TaskLane(name);
      this.lanes.set(name, lane);
    }
    return lane;
  }

  /** The task of an id. */
  find(id: string): TaskNode | undefined {
    return this.shelf.find(id);
  }

  /** All tasks of some states, in no order; `undefined` if they are more than `most`, or can't be had without looking at all tasks. */
  few(states: readonly number[], most: number): TaskNode[] | undefined {
    if (states.includes(BLOCKED)) return undefined;
    const lines = states.flatMap((state): readonly RankedQueue[] => {
      if (state === DELAYED) return [this.delayed];
      if (state === ACTIVE) return [this.active];
      if (state === WAITING) return [...this.lanes.values()].flatMap((lane) => [...lane.lines()]);
      return [this.ended.get(state) as RankedQueue];
    });
    if (lines.reduce((sum, { size }) => sum + size, 0) > most) return undefined;
    return lines.flatMap((line) => [...line]);
  }

  /** The ids that the next tasks will have: one for each that `isAdded` says will be, `undefined` for the others. */
  nextIds(isAdded: readonly boolean[]): readonly (string | undefined)[] {
    let seq = this.#lastSeq;
    return isAdded.map((is) => {
      if (!is) return undefined;
      seq += 1;
      return idOf(seq);
    });
  }

  /** Adds a task, blocked at first: see {@link TaskStore.begin}. */
  add(task: NewTask, after: readonly string[], nowMs: number): TaskNode {
    this.#lastSeq += 1;
    const group = this.lane(task.lane).group(task.group);
    const node = new TaskNode(this.#lastSeq, task, group, after, nowMs);
    this.shelf.add(node);
    group.add(node);
    group.counts[BLOCKED] = (group.counts[BLOCKED] ?? 0) + 1;
    if (node.key !== undefined) {
      const keyed = this.keys.get(node.key);
      if (keyed === undefined) this.keys.set(node.key, { live: node, all: [node] });
      else {
        keyed.live = node;
        keyed.all.push(node);
      }
    }
    return node;
  }

  /** Lets a task come after another one. */
  connect(node: TaskNode, before: TaskNode): void {
    node.unmet ??= new Set();
    node.unmet.add(before);
    before.dependents ??= [];
    before.dependents.push(node);
  }

  /** Where a task goes that isn't held up by others: it waits, unless its time hasn't come. */
  begin(node: TaskNode, nowMs: number): void {
    if (node.notBeforeMs > nowMs) {
      this.#move(node, DELAYED);
      node.rank = node.notBeforeMs;
      this.delayed.push(node);
    } else {
      this.#move(node, WAITING);
      node.group.lane.push(node);
    }
  }

  /** Hands a task out that waits. */
  activate(node: TaskNode, owner: string, nowMs: number, leaseUntilMs: number): void {
    this.#move(node, ACTIVE);
    node.attempts += 1;
    node.token += 1;
    node.owner = owner;
    node.startedAtMs = nowMs;
    node.rank = leaseUntilMs;
    this.active.push(node);
  }

  /** Notes that somebody wants an active task to end. */
  requestCancel(node: TaskNode): void {
    node.isCancelRequested = true;
    this.#onChange(node);
  }

  /** Prolongs the lease of an active task. */
  prolong(node: TaskNode, leaseUntilMs: number): void {
    this.active.remove(node);
    node.rank = leaseUntilMs;
    this.active.push(node);
  }

  /** Adds to a task's history. */
  note(node: TaskNode, failure: TaskFailure): void {
    node.failures = [...node.failures.slice(1 - MAX_FAILURES), failure];
  }

  /** Gives an active task's attempt up: it begins again, or ends where it is to end. */
  giveUp(node: TaskNode, nowMs: number): void {
    if (node.isCancelRequested) this.end(node, CANCELLED, nowMs);
    else this.begin(node, nowMs);
  }

  /** Ends a task, and with it what comes after it unless it is completed; releases that otherwise. */
  end(node: TaskNode, state: FinalState, nowMs: number): void {
    this.#finish(node, state, nowMs);
    const { dependents } = node;
    if (dependents === undefined) return;
    if (state === COMPLETED) {
      node.dependents = undefined;
      for (const one of dependents) {
        one.unmet?.delete(node);
        if (one.state === BLOCKED && one.unmet?.size === 0) this.begin(one, nowMs);
      }
    } else this.#cancelDependents(node, nowMs);
  }

  #cancelDependents(first: TaskNode, nowMs: number): void {
    const ended = [first];
    for (let node = ended.pop(); node !== undefined; node = ended.pop()) {
      for (const one of node.dependents ?? []) {
        if (one.state !== BLOCKED || one.isGone) continue;
        const message = `The task ${node.id} (${node.name}), which this one comes after, was ${stateName(node.state)}`;
        this.note(one, { attempt: one.attempts, atMs: nowMs, code: 'E_TASK_DEPENDENCY', message });
        this.#finish(one, CANCELLED, nowMs);
        ended.push(one);
      }
    }
  }

  #finish(node: TaskNode, state: number, nowMs: number): void {
    this.#move(node, state);
    node.finishedAtMs = nowMs;
    node.rank = nowMs;
    this.ended.get(state)?.push(node);
    const keyed = node.key === undefined ? undefined : this.keys.get(node.key);
    if (keyed?.live === node) keyed.live = undefined;
  }

  /** Lets a failed or cancelled task begin anew. The caller saw to its key and to what it comes after. */
  revive(node: TaskNode, nowMs: number): void {
    node.attempts = 0;
    node.startedAtMs = undefined;
    node.finishedAtMs = undefined;
    node.tag = -1;
    const keyed = node.key === undefined ? undefined : this.keys.get(node.key);
    if (keyed !== undefined) keyed.live = node;
    if (node.unmet !== undefined && node.unmet.size > 0) this.#move(node, BLOCKED);
    else this.begin(node, nowMs);
  }

  /** Changes a task's priority; it hasn't begun. */
  prioritise(node: TaskNode, priority: number): void {
    const { lane } = node.group;
    if (node.state === WAITING) lane.remove(node);
    node.priority = priority;
    if (node.state === WAITING) lane.push(node);
    this.#onChange(node);
  }

  /** Drops a final task. */
  drop(node: TaskNode): void {
    const { group, key, state } = node;
    this.ended.get(state)?.remove(node);
    this.shelf.remove(node);
    node.isGone = true;
    group.counts[state] = (group.counts[state] ?? 0) - 1;
    group.drop();
    if (group.size === 0) group.lane.noteEmpty(group);
    const keyed = key === undefined ? undefined : this.keys.get(key);
    if (key === undefined || keyed === undefined) return;
    keyed.all.splice(keyed.all.indexOf(node), 1);
    if (keyed.all.length === 0) this.keys.delete(key);
  }

  /** Takes a task from where its state had it, and counts it to the new state. */
  #move(node: TaskNode, state: number): void {
    const { group, state: old } = node;
    if (old === WAITING) group.lane.remove(node);
    else if (old === ACTIVE) {
      this.active.remove(node);
      node.owner = undefined;
      node.isCancelRequested = false;
    } else if (old === DELAYED) this.delayed.remove(node);
    else if (old !== BLOCKED) this.ended.get(old)?.remove(node);
    if (old !== state) {
      group.counts[old] = (group.counts[old] ?? 0) - 1;
      group.counts[state] = (group.counts[state] ?? 0) + 1;
      this.shelf.move(node, old, state);
      node.state = state;
    }
    this.#onChange(node);
  }
}
