import type { SQLInputValue } from 'node:sqlite';
import { TASK_STATES } from '../../task/task-state.js';
import type { TaskQuery } from '../task-engine.js';
import { STATES } from '../task-number.js';
import type { Statements } from './statements.js';

/** How a page is looked for: through one index, or the table itself, with conditions beside. */
export interface TaskSearch {
  /** As SQL has it, such as `INDEXED BY tasks_lane`. */
  readonly by: string;
  /** Conditions, to be joined by `AND`. */
  readonly where: readonly string[];
  /** Values of the conditions' places. */
  readonly values: readonly SQLInputValue[];
}

interface Way {
  readonly index: string;
  readonly size: number;
  /** Conditions that lead into the index, one search each. */
  readonly entries: readonly string[];
}

/** Times as many tasks of a state can be looked at as of a lane or group: that index alone says which of them match. */
const STATE_EASE = 16;
/** Tasks of a name are counted no further. */
const NAMES_COUNTED = 5000;

/**
 * The searches whose pages together are the page of a query: through whichever index has the fewest tasks to look at, by the counts
 * that are kept. None where there can't be any.
 */
export function searchesOf(sql: Statements, query: TaskQuery): readonly TaskSearch[] {
  const { key, group, lane, name } = query;
  const states = TASK_STATES.flatMap((state, at) => ((query.states?.includes(state) ?? true) ? [at] : []));
  if (states.length === 0) return [];
  const isAny = states.length === STATES;
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  for (const [condition, value] of [
    ['key IS NOT NULL AND key = ?', key],
    ['grp = ?', group],
    ['lane = ?', lane],
    ['name = ?', name],
  ] as const) {
    if (value === undefined) continue;
    where.push(condition);
    values.push(value);
  }
  const ways: Way[] = [];
  if (key !== undefined) ways.push({ index: 'tasks_key', size: 0, entries: [''] });
  else {
    const sizes = sizesOf(sql, query, states);
    if (sizes.matching === 0) return [];
    if (group !== undefined) ways.push({ index: 'tasks_group', size: sizes.ofGroup, entries: [''] });
    if (lane !== undefined) ways.push({ index: 'tasks_lane', size: sizes.ofLane, entries: [''] });
    if (name !== undefined) ways.push({ index: 'tasks_name', size: namedTasks(sql, name), entries: [''] });
    const entries = states.map((state) => `state = ${state}`);
    if (!isAny) ways.push({ index: 'tasks_state', size: sizes.ofStates / STATE_EASE, entries });
  }
  const [way] = ways.sort((a, b) => a.size - b.size);
  if (way === undefined) return [{ by: 'NOT INDEXED', where, values }];
  const by = `INDEXED BY ${way.index}`;
  if (way.index === 'tasks_state')
    return way.entries.map((entry) => ({ by, where: [entry, ...where], values }));
  return [{ by, where: isAny ? where : [...where, `state IN (${states.join()})`], values }];
}

function namedTasks(sql: Statements, name: string): number {
  const counted = 'SELECT count(*) FROM (SELECT 1 FROM tasks INDEXED BY tasks_name WHERE name = ? LIMIT ?)';
  return sql.row(counted, name, NAMES_COUNTED)?.[0] as number;
}

/** How many tasks the parts of a query have. */
function sizesOf(sql: Statements, { group, lane }: TaskQuery, states: readonly number[]) {
  const wanted = ['0', ...states.map((state) => TASK_STATES[state])].join(' + ');
  const row = sql.row(
    `SELECT coalesce(sum(${wanted}), 0),
      coalesce(sum(CASE WHEN grp = ?1 THEN size ELSE 0 END), 0),
      coalesce(sum(CASE WHEN lane = ?2 THEN size ELSE 0 END), 0),
      coalesce(sum(CASE WHEN (?1 IS NULL OR grp = ?1) AND (?2 IS NULL OR lane = ?2) THEN ${wanted} ELSE 0 END), 0)
     FROM groups`,
    group ?? null,
    lane ?? null,
  );
  const [ofStates, ofGroup, ofLane, matching] = row as unknown as readonly [number, number, number, number];
  return { ofStates, ofGroup, ofLane, matching };
}
