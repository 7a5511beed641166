import { TASK_STATES } from '../../task/task-state.js';
import type { TaskCounts } from '../task-engine.js';
import { STATES } from '../task-number.js';
import type { GroupPlace, LanePlace, TaskNode } from './task-node.js';

const LEAST_GONE = 64;

/** A lane's group: its turn, its tasks and how many there are in each state. */
export class TaskGroup implements GroupPlace {
  readonly lane: LanePlace;
  readonly name: string;
  /** By state. */
  readonly counts = new Int32Array(STATES);
  /** Where its next turn begins. */
  tag = 0;
  /** Tasks that are kept. */
  size = 0;
  #tasks: TaskNode[] = [];

  constructor(lane: LanePlace, name: string) {
    this.lane = lane;
    this.name = name;
  }

  /** Its tasks by number; some of them may be gone. */
  get tasks(): readonly TaskNode[] {
    return this.#tasks;
  }

  /** How many there are, by the states' names. */
  named(): TaskCounts {
    const counts = Object.fromEntries(TASK_STATES.map((state, at) => [state, this.counts[at]]));
    return { lane: this.lane.name, group: this.name, counts: counts as TaskCounts['counts'] };
  }

  /** Adds a task, later than all others. */
  add(node: TaskNode): void {
    this.size += 1;
    this.#tasks.push(node);
  }

  /** Notes that a task of it is gone. */
  drop(): void {
    this.size -= 1;
    const gone = this.#tasks.length - this.size;
    if (gone > LEAST_GONE && gone > this.size) this.#tasks = this.#tasks.filter((node) => !node.isGone);
  }
}
