import { STATES, type TaskNode } from './task-node.js';

const BLOCK = 1024;

/** Tasks of neighbouring numbers, and how many there are in each state. */
interface ShelfBlock {
  readonly number: number;
  readonly nodes: (TaskNode | undefined)[];
  readonly counts: Int32Array;
  size: number;
}

/** All tasks by number, in blocks that are passed over where none has a wanted state. */
export class TaskShelf {
  readonly #blocks: ShelfBlock[] = [];

  /** Adds a task, later than all others. */
  add(node: TaskNode): void {
    const number = Math.floor(node.seq / BLOCK);
    let block = this.#blocks.at(-1);
    if (block === undefined || block.number !== number) {
      block = { number, nodes: [], counts: new Int32Array(STATES), size: 0 };
      this.#blocks.push(block);
    }
    block.nodes[node.seq - number * BLOCK] = node;
    block.size += 1;
    this.count(node, node.state, 1);
  }

  /** Counts a task in or out of a state. */
  count(node: TaskNode, state: number, change: 1 | -1): void {
    const counts = this.#blockOf(node)?.counts;
    if (counts !== undefined) counts[state] = (counts[state] ?? 0) + change;
  }

  /** Drops a task. */
  remove(node: TaskNode): void {
    const block = this.#blockOf(node);
    if (block === undefined) return;
    this.count(node, node.state, -1);
    block.nodes[node.seq - block.number * BLOCK] = undefined;
    block.size -= 1;
    if (block.size === 0) this.#blocks.splice(this.#find(block.number), 1);
  }

  /** Tasks of a number above `seq` in order, leaving out blocks in which none has one of the states. */
  *above(seq: number, states: readonly number[]): Iterable<TaskNode> {
    for (let at = this.#find(Math.floor(seq / BLOCK)); at < this.#blocks.length; at += 1) {
      const { nodes, counts } = this.#blocks[at] as ShelfBlock;
      if (states.every((state) => counts[state] === 0)) continue;
      for (const node of nodes) if (node !== undefined && node.seq > seq) yield node;
    }
  }

  #blockOf(node: TaskNode): ShelfBlock | undefined {
    const number = Math.floor(node.seq / BLOCK);
    const last = this.#blocks.at(-1);
    return last?.number === number ? last : this.#blocks[this.#find(number)];
  }

  /** Where the first block of at least a number is. */
  #find(number: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle] as ShelfBlock).number < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
