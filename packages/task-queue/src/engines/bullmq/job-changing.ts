import type { TaskState } from '../../task/task-state.js';
import type { PruneRequest, TaskLease } from '../task-engine.js';
import { seqOf } from '../task-number.js';
import { bullPriority } from './job-adding.js';
import type { RedisLink } from './redis-link.js';
import { CANCEL, PRIORITISE, PRUNE, RETRY } from './scripts/changing.js';
import { EXPIRE, PROGRESS } from './scripts/settling.js';

/** Of one script: Redis does nothing else meanwhile. */
const MAX_STEP = 500;

/** In place of what is no id: no key of the queue is called so. */
const NOBODY = '-';

/** Ids that scripts may be given: others could be names of keys that are no tasks. */
export function safeIds(ids: readonly string[]): readonly string[] {
  return ids.map((id) => (seqOf(id) >= 0 ? id : NOBODY));
}

async function inParts<Value>(
  all: readonly string[],
  run: (part: readonly string[]) => Promise<unknown>,
): Promise<Value[]> {
  const answers: Value[] = [];
  for (let from = 0; from < all.length; from += MAX_STEP)
    answers.push(...((await run(all.slice(from, from + MAX_STEP))) as Value[]));
  return answers;
}

/** Notes progress of tasks whose leases are held. */
export async function noteProgress(
  link: RedisLink,
  notes: readonly (TaskLease & { readonly progress: string })[],
): Promise<void> {
  if (notes.length === 0) return;
  await link.run(
    PROGRESS,
    notes.flatMap(({ id, token, progress }) => [id, token, progress]),
  );
}

/** Takes leases away and lets tasks wait whose time has come, some hundreds in one step. */
export async function expireJobs(
  link: RedisLink,
  nowMs: number,
  deadOwners: readonly string[],
): Promise<number> {
  let changed = 0;
  for (;;) {
    const count = (await link.runOnce(EXPIRE, [nowMs, MAX_STEP, ...new Set(deadOwners)])) as number;
    changed += count;
    if (count < MAX_STEP) return changed;
  }
}

/** Cancels, some hundreds in one step. */
export async function cancelJobs(
  link: RedisLink,
  ids: readonly string[],
  nowMs: number,
): Promise<readonly (TaskState | undefined)[]> {
  const states = await inParts<TaskState | ''>(safeIds(ids), (part) => link.run(CANCEL, [nowMs, ...part]));
  return states.map((state) => (state === '' ? undefined : state));
}

/** Lets tasks begin anew, in one step: some may be able to because of others. */
export async function retryJobs(
  link: RedisLink,
  ids: readonly string[],
  nowMs: number,
): Promise<readonly boolean[]> {
  const answers = (await link.runOnce(RETRY, [nowMs, ...safeIds(ids)])) as number[];
  return answers.map((answer) => answer === 1);
}

/** Changes priorities, some hundreds in one step. */
export async function prioritiseJobs(
  link: RedisLink,
  ids: readonly string[],
  priority: number,
): Promise<readonly boolean[]> {
  const answers = await inParts<number>(safeIds(ids), (part) =>
    link.run(PRIORITISE, [priority, bullPriority(priority), ...part]),
  );
  return answers.map((answer) => answer === 1);
}

/** Drops final tasks, some hundreds in one step. */
export async function pruneJobs(
  link: RedisLink,
  { states, keep, olderThanMs, limit }: PruneRequest,
): Promise<number> {
  const older = olderThanMs === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : olderThanMs;
  let dropped = 0;
  while (dropped < limit) {
    const most = Math.min(MAX_STEP, limit - dropped);
    const given = [keep, Math.max(older, -Number.MAX_VALUE), most, ...new Set(states)];
    const count = (await link.runOnce(PRUNE, given)) as number;
    dropped += count;
    if (count < most) break;
  }
  return dropped;
}
