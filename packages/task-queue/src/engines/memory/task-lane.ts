import { laneTagAfter, MAX_GROUPS_COUNTED, placeOf, tagOf } from '../../order/fair-order.js';
import type { TaskCost } from '../../task/task-record.js';
import { WAITING } from '../task-number.js';
import { TaskGroup } from './task-group.js';
import type { GroupPlace, LanePlace, TaskNode } from './task-node.js';
import { lineKey, WaitingLine } from './waiting-line.js';

/** Lines that are kept though empty: most come back. */
const MAX_EMPTY_LINES = 64;

/** A lane: its groups, its turn, and the tasks that wait in it. */
export class TaskLane implements LanePlace {
  readonly name: string;
  isPaused = false;
  /** By name. */
  readonly groups = new Map<string, TaskGroup>();
  /** Groups that had no tasks once. */
  readonly #empty = new Set<GroupPlace>();
  #tag = 0;
  /** Where all groups' turns have ended. */
  #endTag = 0;
  #waiting = 0;
  /** Groups with tasks that wait. */
  #busy = 0;
  readonly #lines = new Map<string, WaitingLine>();

  constructor(name: string) {
    this.name = name;
  }

  /** The group of a name; made where it is new. */
  group(name: string): TaskGroup {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = new TaskGroup(this, name);
      this.groups.set(name, group);
    }
    return group;
  }

  /** Notes that a group has no tasks, and may be forgotten when its turn is over. */
  noteEmpty(group: GroupPlace): void {
    this.#empty.add(group);
  }

  /** Forgets groups that have no tasks and whose turns are over, among those that were said to have none. */
  sweep(): void {
    for (const group of this.#empty) {
      if (group.size === 0 && group.tag > this.#tag) continue;
      this.#empty.delete(group);
      if (group.size === 0) this.groups.delete(group.name);
    }
  }

  /** Puts a task whose state was made waiting into the line. */
  push(node: TaskNode): void {
    const { group } = node;
    if (node.tag < 0) {
      node.tag = tagOf({ laneTag: this.#tag, groupTag: group.tag });
      group.tag = node.tag + node.share;
      if (group.tag > this.#endTag) this.#endTag = group.tag;
    }
    node.rank = placeOf(node.tag, node.priority);
    this.#lineOf(node).push(node);
    this.#waiting += 1;
    if (group.counts[WAITING] === 1) this.#busy += 1;
  }

  /** Takes a task out of the line; its state is still waiting. */
  remove(node: TaskNode): void {
    const { line } = node;
    if (line === undefined) return;
    line.remove(node);
    node.line = undefined;
    if (line.size === 0 && this.#lines.size > MAX_EMPTY_LINES)
      this.#lines.delete(lineKey(line.name, line.reserve));
    this.#waiting -= 1;
    if (node.group.counts[WAITING] === 1) this.#busy -= 1;
  }

  /** The lines of tasks that wait. */
  lines(): Iterable<WaitingLine> {
    return this.#lines.values();
  }

  /** The first tasks of the lines that are open, at most `limit`; `take` is called with each and has to make it active. */
  claim(
    limit: number,
    exceptNames: readonly string[],
    free: TaskCost | undefined,
    take: (node: TaskNode) => void,
  ): void {
    const groups = Math.min(this.#busy, MAX_GROUPS_COUNTED);
    let tag = 0;
    let shares = 0;
    let taken = 0;
    const lines = [...this.#lines.values()].filter((line) => line.size > 0 && line.isOpen(exceptNames, free));
    if (lines.length > 1) lines.sort(byHead);
    for (let line = lines[0]; line !== undefined && taken < limit; line = lines[0]) {
      const node = line.peek() as TaskNode;
      take(node);
      taken += 1;
      shares += node.share;
      if (node.tag > tag) tag = node.tag;
      if (line.size === 0) lines.shift();
      else settle(lines);
    }
    if (taken === 0) return;
    const endTag = this.#waiting === 0 ? this.#endTag : undefined;
    this.#tag = laneTagAfter({ laneTag: this.#tag, tag, shares, groups, endTag });
  }

  #lineOf(node: TaskNode): WaitingLine {
    const key = lineKey(node.name, node.reserve);
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = new WaitingLine(node.name, node.reserve);
      this.#lines.set(key, line);
    }
    node.line = line;
    return line;
  }
}

function byHead(a: WaitingLine, b: WaitingLine): number {
  const [x, y] = [a.peek() as TaskNode, b.peek() as TaskNode];
  return x.rank - y.rank || x.seq - y.seq;
}

/** Moves the first line, which may have a later head now, to its place among the others, which are in order. */
function settle(lines: WaitingLine[]): void {
  const line = lines[0] as WaitingLine;
  let at = 0;
  for (let next = lines[1]; next !== undefined && byHead(line, next) > 0; next = lines[at + 1]) {
    lines[at] = next;
    at += 1;
  }
  lines[at] = line;
}
