import type { TaskRecord } from '../../task/task-record.js';
import type { ClaimRequest, Settlement, SettleOutcome } from '../task-engine.js';
import { type JobRow, recordOfJob } from './job-record.js';
import type { RedisLink } from './redis-link.js';
import { CLAIM } from './scripts/claiming.js';
import { SETTLE } from './scripts/settling.js';

/** Of one script: Redis does nothing else meanwhile. */
const MAX_CLAIM = 500;
const MAX_SETTLE = 500;

/** Claims, in the order of the lane. */
export async function claimJobs(link: RedisLink, request: ClaimRequest): Promise<readonly TaskRecord[]> {
  const { lane, limit, owner, nowMs, leaseUntilMs, exceptNames, free } = request;
  const { cpu = null, memoryBytes = null, gpu = null, io = null } = free ?? {};
  const rows = (await link.runOnce(CLAIM, [
    lane,
    Math.min(limit, MAX_CLAIM),
    owner,
    nowMs,
    leaseUntilMs,
    JSON.stringify(exceptNames),
    JSON.stringify([cpu, memoryBytes, gpu, io]),
  ])) as JobRow[];
  return rows.map(recordOfJob);
}

/** Ends attempts, some hundreds in one step. */
export async function settleJobs(
  link: RedisLink,
  settlements: readonly Settlement[],
): Promise<readonly SettleOutcome[]> {
  const outcomes: SettleOutcome[] = [];
  for (let from = 0; from < settlements.length; from += MAX_SETTLE) {
    const part = settlements.slice(from, from + MAX_SETTLE);
    outcomes.push(...((await link.runOnce(SETTLE, part.flatMap(partsOf))) as SettleOutcome[]));
  }
  return outcomes;
}

/** As many as the script takes of each. */
function partsOf(settlement: Settlement): (string | number)[] {
  const { id, token, nowMs, how } = settlement;
  const own = [id, token, nowMs, how];
  if (how === 'complete') return [...own, settlement.result, '', ''];
  if (how === 'release') return [...own, settlement.notBeforeMs, '', ''];
  if (how === 'cancel') return [...own, '', '', ''];
  const { failure, retryAtMs = '' } = settlement;
  return [...own, JSON.stringify(failure), retryAtMs, failure.message];
}
