import { STATES, seqOf } from '../task-number.js';
import type { TaskNode } from './task-node.js';

const BLOCK = 1024;

/** Tasks of neighbouring numbers, and how many there are in each state. */
interface ShelfBlock {
  /** The number of its first place. */
  readonly first: number;
  readonly nodes: (TaskNode | undefined)[];
  readonly counts: Int32Array;
  size: number;
}

/** All tasks by number, in blocks that are passed over where none has a wanted state. */
export class TaskShelf {
  /** By number, ascending. */
  readonly #blocks = new Map<number, ShelfBlock>();

  /** Tasks in it. */
  size = 0;

  /** Adds a task, later than all others. */
  add(node: TaskNode): void {
    const number = Math.floor(node.seq / BLOCK);
    let block = this.#blocks.get(number);
    if (block === undefined) {
      block = { first: number * BLOCK, nodes: [], counts: new Int32Array(STATES), size: 0 };
      this.#blocks.set(number, block);
    }
    block.nodes[node.seq - block.first] = node;
    block.size += 1;
    block.counts[node.state] = (block.counts[node.state] ?? 0) + 1;
    this.size += 1;
  }

  /** The task of an id. */
  find(id: string): TaskNode | undefined {
    const seq = seqOf(id);
    const block = this.#blocks.get(Math.floor(seq / BLOCK));
    return block?.nodes[seq - block.first];
  }

  /** Counts a task out of one state and into another one. */
  move(node: TaskNode, from: number, to: number): void {
    const counts = this.#blocks.get(Math.floor(node.seq / BLOCK))?.counts;
    if (counts === undefined) return;
    counts[from] = (counts[from] ?? 0) - 1;
    counts[to] = (counts[to] ?? 0) + 1;
  }

  /** Drops a task. */
  remove(node: TaskNode): void {
    const number = Math.floor(node.seq / BLOCK);
    const block = this.#blocks.get(number);
    if (block === undefined) return;
    block.counts[node.state] = (block.counts[node.state] ?? 0) - 1;
    block.nodes[node.seq - block.first] = undefined;
    block.size -= 1;
    this.size -= 1;
    if (block.size === 0) this.#blocks.delete(number);
  }

  /** Tasks of a number above `seq` in order, leaving out blocks in which none has one of the states. */
  *above(seq: number, states: readonly number[]): Iterable<TaskNode> {
    for (const { first, nodes, counts } of this.#blocks.values()) {
      if (first + BLOCK <= seq || states.every((state) => counts[state] === 0)) continue;
      for (const node of nodes) if (node !== undefined && node.seq > seq) yield node;
    }
  }
}
