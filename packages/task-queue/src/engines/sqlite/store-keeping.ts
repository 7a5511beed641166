import { type Permitted, permitted } from '../../order/rate-window.js';
import type { PruneRequest, RatePermit, ScheduleRecord } from '../task-engine.js';
import { STATES, stateName } from '../task-number.js';
import type { StoreParts } from './store-adding.js';
import type { TaskChange } from './store-tasks.js';

/** Drops final tasks, oldest first of all states. Gives how many. */
export function pruneTasks({ tasks, ledger, sql }: StoreParts, request: PruneRequest): number {
  const { states, keep, olderThanMs, limit } = request;
  const found: TaskChange[] = [];
  for (let state = 0; state < STATES; state += 1) {
    if (!states.includes(stateName(state))) continue;
    const count = sql.row('SELECT sum(completed), sum(failed), sum(cancelled) FROM groups')?.[state - 4];
    const surplus = Math.min(limit, Math.max(0, Number(count ?? 0) - keep));
    const line = `INDEXED BY tasks_times WHERE state = ${state} AND state <> 2 AND state <> 0`;
    const many = tasks.where(`${line} ORDER BY rank, seq LIMIT ?`, surplus);
    const old = tasks.where(`${line} AND rank <= ? ORDER BY rank, seq LIMIT ?`, olderThanMs, limit);
    found.push(...(many.length > old.length ? many : old));
  }
  // Each list is in order by itself.
  const dropped = inOrder(found, sql).slice(0, limit);
  for (const task of dropped) tasks.drop(task);
  if (dropped.length > 0) ledger.sweep();
  return dropped.length;
}

function inOrder(found: readonly TaskChange[], sql: StoreParts['sql']): readonly TaskChange[] {
  if (new Set(found.map(({ state }) => state)).size < 2) return found;
  const ends = new Map(
    found.map(({ seq }) => [seq, sql.row('SELECT rank FROM tasks WHERE seq = ?', seq)?.[0] as number]),
  );
  const endOf = ({ seq }: TaskChange): number => ends.get(seq) ?? 0;
  return [...found].sort((a, b) => endOf(a) - endOf(b) || a.seq - b.seq);
}

/** Pauses or resumes a lane, or everything. */
export function pause({ sql, ledger }: StoreParts, lane: string | undefined, isPaused: boolean): void {
  if (lane === undefined) sql.run('UPDATE queue SET paused = ? WHERE only = 1', isPaused ? 1 : 0);
  else ledger.setLane(lane, { isPaused });
}

/** Says how many may begin, and counts them. */
export function permit({ sql }: StoreParts, request: RatePermit): number {
  const row = sql.row('SELECT past FROM permits WHERE key = ?', request.key);
  const known: readonly Permitted[] = row === undefined ? [] : JSON.parse(row[0] as string);
  const { count, past } = permitted(known, request);
  if (past.length === 0) sql.run('DELETE FROM permits WHERE key = ?', request.key);
  else sql.run('INSERT OR REPLACE INTO permits VALUES (?, ?)', request.key, JSON.stringify(past));
  return count;
}

/** Keeps a schedule, if the one before is as it should be. */
export function putSchedule(
  { sql }: StoreParts,
  { id, definition, nextAtMs }: ScheduleRecord,
  ifNextAtMs: number | 'absent' | undefined,
): boolean {
  const row = sql.row('SELECT next_at FROM schedules WHERE id = ?', id);
  if (ifNextAtMs === 'absent' ? row !== undefined : ifNextAtMs !== undefined && row?.[0] !== ifNextAtMs)
    return false;
  sql.run('INSERT OR REPLACE INTO schedules VALUES (?, ?, ?)', id, definition, nextAtMs);
  return true;
}

/** Drops a schedule. */
export function deleteSchedule({ sql }: StoreParts, id: string): boolean {
  return sql.run('DELETE FROM schedules WHERE id = ?', id) > 0;
}

/** Keeps what past runs of a name took. */
export function putProfile({ sql }: StoreParts, name: string, profile: string): void {
  sql.run('INSERT OR REPLACE INTO profiles VALUES (?, ?)', name, profile);
}
