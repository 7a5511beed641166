import { tagOf } from '../../order/fair-order.js';
import { STATES, WAITING } from '../task-number.js';
import type { Statements } from './statements.js';

/** A lane's turn, as of a transaction. */
export interface LaneEntry {
  tag: number;
  endTag: number;
  isPaused: boolean;
}

interface GroupEntry {
  readonly lane: string;
  readonly group: string;
  tag: number;
  readonly counts: number[];
  isNew: boolean;
}

const GROUP_COLUMNS = 'tag, blocked, delayed, waiting, active, completed, failed, cancelled';

/**
 * What a transaction knows of lanes and groups: read when it is asked for first, written when it is wanted by a statement and at the
 * end, so that a batch of a thousand tasks changes a row of counts once.
 */
export class StoreLedger {
  readonly #sql: Statements;
  readonly #lanes = new Map<string, LaneEntry>();
  readonly #changedLanes = new Set<string>();
  readonly #groups = new Map<string, GroupEntry>();
  readonly #changedGroups = new Set<GroupEntry>();
  #lastSeq: number;
  #kept: number;
  #isChanged = false;
  /** Whether everything is paused. */
  readonly isPaused: boolean;

  constructor(sql: Statements) {
    this.#sql = sql;
    const [lastSeq, kept, paused] = sql.row('SELECT last_seq, kept, paused FROM queue') ?? [0, 0, 0];
    this.#lastSeq = lastSeq as number;
    this.#kept = kept as number;
    this.isPaused = paused === 1;
  }

  /** The number of the latest task. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Tasks that are kept. */
  get kept(): number {
    return this.#kept;
  }

  /** Gives the next task its number. */
  nextSeq(): number {
    this.#isChanged = true;
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  /** A lane's turn. Say so by {@link StoreLedger.setLane} when it changes. */
  lane(name: string): LaneEntry {
    let entry = this.#lanes.get(name);
    if (entry === undefined) {
      const row = this.#sql.row('SELECT tag, end_tag, paused FROM lanes WHERE lane = ?', name);
      const [tag = 0, endTag = 0, paused = 0] = (row ?? []) as number[];
      entry = { tag, endTag, isPaused: paused === 1 };
      this.#lanes.set(name, entry);
    }
    return entry;
  }

  /** Changes a lane. */
  setLane(name: string, change: Partial<LaneEntry>): void {
    Object.assign(this.lane(name), change);
    this.#changedLanes.add(name);
  }

  /** Takes the next turn of a group: gives the tag. */
  takeTurn(lane: string, group: string, share: number): number {
    const entry = this.#group(lane, group);
    const turn = this.lane(lane);
    const tag = tagOf({ laneTag: turn.tag, groupTag: entry.tag });
    entry.tag = tag + share;
    this.#changedGroups.add(entry);
    if (entry.tag > turn.endTag) this.setLane(lane, { endTag: entry.tag });
    return tag;
  }

  /** Counts a task out of one state and into another one; `undefined`: it is new, or gone. */
  count(lane: string, group: string, from: number | undefined, to: number | undefined): void {
    const { counts } = this.#changed(lane, group);
    if (from === undefined) this.#keep(1);
    else counts[from] = (counts[from] as number) - 1;
    if (to === undefined) this.#keep(-1);
    else counts[to] = (counts[to] as number) + 1;
  }

  /** Writes what changed. */
  flush(): void {
    for (const name of this.#changedLanes) {
      const { tag, endTag, isPaused } = this.lane(name);
      this.#sql.run('INSERT OR REPLACE INTO lanes VALUES (?, ?, ?, ?)', name, tag, endTag, isPaused ? 1 : 0);
    }
    this.#changedLanes.clear();
    for (const entry of this.#changedGroups) this.#write(entry);
    this.#changedGroups.clear();
    if (this.#isChanged)
      this.#sql.run('UPDATE queue SET last_seq = ?, kept = ? WHERE only = 1', this.#lastSeq, this.#kept);
    this.#isChanged = false;
  }

  #keep(change: 1 | -1): void {
    this.#kept += change;
    this.#isChanged = true;
  }

  #changed(lane: string, group: string): GroupEntry {
    const entry = this.#group(lane, group);
    this.#changedGroups.add(entry);
    return entry;
  }

  #group(lane: string, group: string): GroupEntry {
    const key = `${lane.length}:${lane}${group}`;
    let entry = this.#groups.get(key);
    if (entry === undefined) {
      const row = this.#sql.row(
        `SELECT ${GROUP_COLUMNS} FROM groups WHERE lane = ? AND grp = ?`,
        lane,
        group,
      );
      const [tag, ...counts] = (row ?? new Array(STATES + 1).fill(0)) as number[];
      entry = { lane, group, tag: tag as number, counts, isNew: row === undefined };
      this.#groups.set(key, entry);
    }
    return entry;
  }

  #write(entry: GroupEntry): void {
    const { lane, group, tag, counts } = entry;
    const size = counts.reduce((sum, count) => sum + count, 0);
    if (entry.isNew)
      this.#sql.run(
        `INSERT INTO groups (lane, grp, size, ${GROUP_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        lane,
        group,
        size,
        tag,
        ...counts,
      );
    else
      this.#sql.run(
        `UPDATE groups SET size = ?, tag = ?, blocked = ?, delayed = ?, waiting = ?, active = ?, completed = ?, failed = ?, cancelled = ?
         WHERE lane = ? AND grp = ?`,
        size,
        tag,
        ...counts,
        lane,
        group,
      );
    entry.isNew = false;
  }

  /** Groups of a lane that have tasks waiting, counted no further than `most`. */
  busyGroups(lane: string, most: number): number {
    this.flush();
    const row = this.#sql.row(
      'SELECT count(*) FROM (SELECT 1 FROM groups INDEXED BY groups_busy WHERE lane = ? AND waiting > 0 LIMIT ?)',
      lane,
      most,
    );
    return row?.[0] as number;
  }

  /** Whether anything waits in a lane. */
  hasWaiting(lane: string): boolean {
    const sql = `SELECT 1 FROM tasks INDEXED BY tasks_line WHERE state = ${WAITING} AND lane = ? LIMIT 1`;
    return this.#sql.row(sql, lane) !== undefined;
  }

  /** Forgets groups that have no tasks and whose turns are over. */
  sweep(): void {
    this.flush();
    for (const [lane, tag] of this.#sql.rows('SELECT lane, tag FROM lanes'))
      this.#sql.run(
        'DELETE FROM groups INDEXED BY groups_empty WHERE lane = ? AND size = 0 AND tag <= ?',
        lane as string,
        tag as number,
      );
    this.#groups.clear();
  }
}
