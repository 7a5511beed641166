import type { TaskFailure } from '../../task/task-record.js';
import { dependencyOrder } from '../batch-plan.js';
import type { Settlement, SettleOutcome, TaskLease } from '../task-engine.js';
import { ACTIVE, CANCELLED, COMPLETED, FAILED, seqOf, WAITING } from '../task-number.js';
import type { StoreParts } from './store-adding.js';
import type { TaskChange } from './store-tasks.js';

/** Ends an attempt, if its lease is held. */
export function settleTask({ tasks }: StoreParts, settlement: Settlement): SettleOutcome {
  const { id, token, nowMs, how } = settlement;
  const seq = seqOf(id);
  if (how === 'complete') return tasks.complete(seq, token, settlement.result, nowMs) ? 'applied' : 'lost';
  const task = tasks.find(seq);
  if (task === undefined || task.state !== ACTIVE || task.token !== token) return 'lost';
  if (how === 'cancel') tasks.end(task, CANCELLED, nowMs);
  else if (how === 'release') {
    task.attempts -= 1;
    if (task.attempts === 0) task.startedAtMs = null;
    task.notBeforeMs = settlement.notBeforeMs;
    tasks.giveUp(task, nowMs);
  } else failTask({ tasks }, task, settlement.failure, settlement.retryAtMs, nowMs);
  return 'applied';
}

function failTask(
  { tasks }: Pick<StoreParts, 'tasks'>,
  task: TaskChange,
  failure: TaskFailure,
  retryAtMs: number | undefined,
  nowMs: number,
): void {
  tasks.note(task.seq, failure);
  if (retryAtMs === undefined || task.attempts >= task.maxAttempts) {
    tasks.end(task, FAILED, nowMs);
    return;
  }
  task.notBeforeMs = retryAtMs;
  tasks.giveUp(task, nowMs);
}

/** Prolongs a lease. */
export function renewLease({ sql }: Pick<StoreParts, 'sql'>, lease: TaskLease, leaseUntilMs: number) {
  const row = sql.row(
    `UPDATE tasks SET rank = ? WHERE seq = ? AND state = ${ACTIVE} AND token = ? RETURNING cancel`,
    leaseUntilMs,
    seqOf(lease.id),
    lease.token,
  );
  if (row === undefined) return 'lost';
  return row[0] === 1 ? 'cancel' : 'held';
}

/** Takes leases away that ended or whose owners are dead, and lets tasks wait whose time has come. Gives how many. */
export function expireTasks(parts: StoreParts, nowMs: number, deadOwners: readonly string[]): number {
  const { tasks } = parts;
  const due = (state: number): TaskChange[] =>
    tasks.where(
      `INDEXED BY tasks_times WHERE state = ${state} AND state <> 2 AND state <> 0 AND rank <= ? ORDER BY rank, seq`,
      nowMs,
    );
  const ended = due(ACTIVE);
  for (const task of ended) loseLease(parts, task, nowMs);
  const dead = new Set(deadOwners);
  const left =
    dead.size === 0
      ? []
      : tasks
          .where(`INDEXED BY tasks_state WHERE state = ${ACTIVE} ORDER BY seq`)
          .filter(({ owner }) => owner !== undefined && dead.has(owner));
  for (const task of left) loseLease(parts, task, nowMs);
  const delayed = due(1);
  for (const task of delayed) tasks.begin(task, nowMs);
  return ended.length + left.length + delayed.length;
}

function loseLease(parts: StoreParts, task: TaskChange, nowMs: number): void {
  const message = `The lease of attempt ${task.attempts} by ${task.owner} was not renewed: its process ended or hung`;
  const failure = { attempt: task.attempts, atMs: nowMs, code: 'E_TASK_LEASE_LOST', message };
  if (task.isCancelRequested) {
    parts.tasks.note(task.seq, failure);
    parts.tasks.end(task, CANCELLED, nowMs);
  } else failTask(parts, task, failure, nowMs, nowMs);
}

/** Cancels tasks, or asks for it while they are active. Gives the state of each afterwards. */
export function cancelTasks(
  { sql, tasks }: StoreParts,
  ids: readonly string[],
  nowMs: number,
): readonly (number | undefined)[] {
  for (const id of ids) {
    const task = tasks.find(seqOf(id));
    if (task === undefined || task.state > ACTIVE) continue;
    if (task.state === ACTIVE) sql.run('UPDATE tasks SET cancel = 1 WHERE seq = ?', task.seq);
    else tasks.end(task, CANCELLED, nowMs);
  }
  return ids.map((id) => tasks.find(seqOf(id))?.state);
}

/** Lets those of the tasks begin anew that failed or were cancelled and may. */
export function retryTasks(
  { sql, tasks }: StoreParts,
  ids: readonly string[],
  nowMs: number,
): readonly boolean[] {
  const seqs = [...new Set(ids.map(seqOf))];
  const places = new Map(seqs.map((seq, at) => [seq, at]));
  const before = seqs.map((seq) => tasks.unmet(seq).flatMap((other) => places.get(other) ?? []));
  const revived = new Set<number>();
  for (const at of dependencyOrder(before)) {
    const task = tasks.find(seqs[at] as number);
    if (task === undefined || (task.state !== FAILED && task.state !== CANCELLED)) continue;
    const { key } = task;
    if (
      key !== undefined &&
      sql.row('SELECT 1 FROM tasks WHERE key = ? AND key IS NOT NULL AND state < 4', key) !== undefined
    )
      continue;
    if (tasks.unmet(task.seq).some((other) => (tasks.find(other)?.state ?? COMPLETED) > ACTIVE)) continue;
    tasks.revive(task, nowMs);
    revived.add(task.seq);
  }
  return ids.map((id) => revived.has(seqOf(id)));
}

/** Changes the priority of tasks that haven't begun. */
export function prioritiseTasks(
  { sql, tasks }: StoreParts,
  ids: readonly string[],
  priority: number,
): readonly boolean[] {
  return ids.map((id) => {
    const task = tasks.find(seqOf(id));
    if (task === undefined || task.state > WAITING) return false;
    sql.run('UPDATE tasks SET priority = ? WHERE seq = ?', priority, task.seq);
    if (task.state === WAITING) {
      const { rank } = tasks.placed({ ...task, priority }, task.tag, 0, 0);
      sql.run('UPDATE tasks SET rank = ? WHERE seq = ?', rank, task.seq);
    }
    return true;
  });
}
