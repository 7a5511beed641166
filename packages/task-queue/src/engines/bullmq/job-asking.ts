import type { TaskRecord } from '../../task/task-record.js';
import { TASK_STATES, type TaskState } from '../../task/task-state.js';
import type { TaskCounts, TaskQuery } from '../task-engine.js';
import { seqBefore } from '../task-number.js';
import { safeIds } from './job-changing.js';
import { type JobRow, recordOfJob } from './job-record.js';
import type { RedisLink } from './redis-link.js';
import { GET, LIST, NEXT_DUE } from './scripts/asking.js';

/** Of one script: Redis does nothing else meanwhile. */
const MAX_GET = 500;
const MAX_LOOKS = 1000;

/** The tasks, in order of `ids`. */
export async function getJobs(
  link: RedisLink,
  ids: readonly string[],
): Promise<readonly (TaskRecord | undefined)[]> {
  const records: (TaskRecord | undefined)[] = [];
  for (let from = 0; from < ids.length; from += MAX_GET) {
    const rows = (await link.run(GET, safeIds(ids.slice(from, from + MAX_GET)))) as (JobRow | null)[];
    for (const row of rows) records.push(row === null ? undefined : recordOfJob(row));
  }
  return records;
}

/** A page, looked for in steps. */
export async function listJobs(link: RedisLink, query: TaskQuery): Promise<readonly TaskRecord[]> {
  const { states, name, lane, group, key, limit } = query;
  const filters = [name, lane, group, key].map((value) => (value === undefined ? '' : `=${value}`));
  const wanted = states === undefined ? '' : JSON.stringify([...new Set(states)]);
  const found: TaskRecord[] = [];
  if (wanted === '[]') return found;
  let after = String(seqBefore(query.afterId));
  while (found.length < limit) {
    const [last, rows] = (await link.run(LIST, [
      after,
      limit - found.length,
      MAX_LOOKS,
      wanted,
      ...filters,
    ])) as [string, JobRow[]];
    found.push(...rows.map(recordOfJob));
    if (last === '') break;
    after = last;
  }
  return found;
}

/** Numbers of tasks, which scripts keep: fields are a state and JSON of lane and group. */
export async function counts(link: RedisLink): Promise<readonly TaskCounts[]> {
  const fields = await link.insist(() => link.client.hgetall(`${link.base}f:counts`));
  const found = new Map<string, Record<TaskState, number>>();
  for (const [field, count] of Object.entries(fields)) {
    const space = field.indexOf(' ');
    const where = field.slice(space + 1);
    const own =
      found.get(where) ??
      (Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>);
    own[field.slice(0, space) as TaskState] = Number(count);
    found.set(where, own);
  }
  return [...found].map(([where, own]) => {
    const [lane, group] = JSON.parse(where) as [string, string];
    return { lane, group, counts: own };
  });
}

/** Owners of active tasks. */
export function owners(link: RedisLink): Promise<readonly string[]> {
  return link.insist(() => link.client.smembers(`${link.base}f:owners`));
}

/** When the next task or lease is due. */
export async function nextDueMs(link: RedisLink): Promise<number | undefined> {
  const times = (await link.run(NEXT_DUE, [])) as string[];
  const due = times.filter((time) => time !== '').map(Number);
  return due.length === 0 ? undefined : Math.min(...due);
}
