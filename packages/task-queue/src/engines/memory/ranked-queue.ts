import type { TaskNode } from './task-node.js';

const LEAST_DROPPED = 1024;

/** Whether a task is before another one in a queue. */
export function comesBefore(a: TaskNode, b: TaskNode): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.seq < b.seq);
}

/**
 * Tasks by rank, equal ones by number. Most come in order: they make a run, at whose ends they are added and taken in a few
 * steps; the others are in a heap beside. A task's `slot` says where it is: 0 and more in the run, -2 and less in the heap.
 */
export class RankedQueue {
  #run: (TaskNode | undefined)[] = [];
  /** Slot of the run's first place. */
  #base = 0;
  /** Places of the run that were taken from its front. */
  #head = 0;
  /** Holes behind that. */
  #holes = 0;
  #lastRank = 0;
  #lastSeq = 0;
  readonly #heap: TaskNode[] = [];

  /** Tasks in it. */
  size = 0;

  /** Adds a task, whose rank must not change while it is in. */
  push(node: TaskNode): void {
    this.size += 1;
    const run = this.#run;
    if (
      this.#head === run.length ||
      node.rank > this.#lastRank ||
      (node.rank === this.#lastRank && node.seq > this.#lastSeq)
    ) {
      node.slot = this.#base + run.length;
      run.push(node);
      this.#lastRank = node.rank;
      this.#lastSeq = node.seq;
    } else {
      this.#heap.push(node);
      this.#rise(this.#heap.length - 1, node);
    }
  }

  /** The first; it stays. */
  peek(): TaskNode | undefined {
    const inRun = this.#run[this.#head];
    const inHeap = this.#heap[0];
    if (inRun === undefined || inHeap === undefined) return inRun ?? inHeap;
    return comesBefore(inHeap, inRun) ? inHeap : inRun;
  }

  /** All of them, in no order. */
  *[Symbol.iterator](): Iterator<TaskNode> {
    for (const node of this.#run) if (node !== undefined) yield node;
    yield* this.#heap;
  }

  /** Takes one of its tasks out. */
  remove(node: TaskNode): void {
    this.size -= 1;
    const { slot } = node;
    node.slot = -1;
    if (slot < 0) this.#removeFromHeap(-2 - slot);
    else this.#removeFromRun(slot - this.#base);
  }

  #removeFromRun(at: number): void {
    const run = this.#run;
    run[at] = undefined;
    this.#holes += 1;
    while (this.#head < run.length && run[this.#head] === undefined) {
      this.#head += 1;
      this.#holes -= 1;
    }
    if (this.#head === run.length) {
      this.#base += run.length;
      this.#head = 0;
      run.length = 0;
    } else if (this.#head > LEAST_DROPPED && this.#head * 2 > run.length) {
      this.#run = run.slice(this.#head);
      this.#base += this.#head;
      this.#head = 0;
    } else if (this.#holes > LEAST_DROPPED && this.#holes * 2 > run.length) this.#close();
  }

  /** Closes the holes. */
  #close(): void {
    this.#run = this.#run.filter((node) => node !== undefined);
    this.#head = 0;
    this.#holes = 0;
    for (const [at, node] of this.#run.entries()) if (node !== undefined) node.slot = this.#base + at;
  }

  #removeFromHeap(at: number): void {
    const heap = this.#heap;
    const last = heap.pop() as TaskNode;
    if (at === heap.length) return;
    const parent = heap[(at - 1) >> 1];
    if (at > 0 && parent !== undefined && comesBefore(last, parent)) this.#rise(at, last);
    else this.#sink(at, last);
  }

  #rise(from: number, node: TaskNode): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as TaskNode;
      if (!comesBefore(node, parent)) break;
      heap[at] = parent;
      parent.slot = -2 - at;
      at = above;
    }
    heap[at] = node;
    node.slot = -2 - at;
  }

  #sink(from: number, node: TaskNode): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= heap.length) break;
      const right = heap[below + 1];
      if (right !== undefined && comesBefore(right, heap[below] as TaskNode)) below += 1;
      const child = heap[below] as TaskNode;
      if (!comesBefore(child, node)) break;
      heap[at] = child;
      child.slot = -2 - at;
      at = below;
    }
    heap[at] = node;
    node.slot = -2 - at;
  }
}
