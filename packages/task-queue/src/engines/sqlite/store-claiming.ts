import type { SQLInputValue } from 'node:sqlite';
import { laneTagAfter, MAX_GROUPS_COUNTED } from '../../order/fair-order.js';
import type { ClaimRequest } from '../task-engine.js';
import { ACTIVE, WAITING } from '../task-number.js';
import type { StoreParts } from './store-adding.js';
import { RECORD_COLUMNS, type Row } from './task-row.js';

// Places in RECORD_COLUMNS, and what follows it here.
const STATE = 8;
const ATTEMPTS = 10;
const STARTED = 14;
const OWNER = 19;
const TOKEN = 20;
const RANK = 21;
const TAG = 23;
const SHARE = 24;

const RESERVES = [
  ['cpu', 'cpu'],
  ['memory', 'memoryBytes'],
  ['gpu', 'gpu'],
  ['io', 'io'],
] as const;

/** Hands out the first tasks of a lane. Gives their rows, of {@link RECORD_COLUMNS} and more. */
export function claimTasks({ sql, ledger }: StoreParts, request: ClaimRequest): readonly Row[] {
  const { lane, owner, nowMs, leaseUntilMs } = request;
  const { tag: laneTag, endTag, isPaused } = ledger.lane(lane);
  if (isPaused || ledger.isPaused) return [];
  const { condition, values } = conditionOf(request);
  const found = sql.rows(
    `SELECT ${RECORD_COLUMNS}, tag, share FROM tasks INDEXED BY tasks_line
     WHERE state = ${WAITING} AND lane = ?${condition} ORDER BY rank, seq LIMIT ?`,
    lane,
    ...values,
    request.limit,
  );
  if (found.length === 0) return [];
  const groups = ledger.busyGroups(lane, MAX_GROUPS_COUNTED);
  let tag = 0;
  let shares = 0;
  const rows = found.map((row) => {
    tag = Math.max(tag, row[TAG] as number);
    shares += row[SHARE] as number;
    sql.run(
      `UPDATE tasks SET state = ${ACTIVE}, rank = ?, attempts = attempts + 1, token = token + 1, owner = ?, started = ? WHERE seq = ?`,
      leaseUntilMs,
      owner,
      nowMs,
      row[0] as number,
    );
    ledger.count(lane, row[3] as string, WAITING, ACTIVE);
    const claimed = row.slice();
    claimed[STATE] = ACTIVE;
    claimed[ATTEMPTS] = (row[ATTEMPTS] as number) + 1;
    claimed[STARTED] = nowMs;
    claimed[OWNER] = owner;
    claimed[TOKEN] = (row[TOKEN] as number) + 1;
    claimed[RANK] = leaseUntilMs;
    return claimed;
  });
  const isIdle = !ledger.hasWaiting(lane);
  ledger.setLane(lane, {
    tag: laneTagAfter({ laneTag, tag, shares, groups, endTag: isIdle ? endTag : undefined }),
  });
  return rows;
}

function conditionOf({ exceptNames, free }: ClaimRequest): { condition: string; values: SQLInputValue[] } {
  const values: SQLInputValue[] = [...exceptNames];
  let condition =
    exceptNames.length === 0 ? '' : ` AND name NOT IN (${exceptNames.map(() => '?').join(', ')})`;
  for (const [column, part] of RESERVES) {
    const room = free?.[part];
    if (room === undefined) continue;
    condition += ` AND (${column} IS NULL OR ${column} <= ?)`;
    values.push(room);
  }
  return { condition, values };
}
