import { planBatch } from '../batch-plan.js';
import { engineFull } from '../engine-input.js';
import type { AddOutcome, NewTask } from '../task-engine.js';
import { BLOCKED, idOf, seqOf, stateName } from '../task-number.js';
import type { Statements } from './statements.js';
import type { StoreLedger } from './store-ledger.js';
import type { StoreTasks } from './store-tasks.js';

/** Code units of data that stay in the task's own row. */
const INLINE_DATA = 1024;

const INSERT = `INSERT INTO tasks (seq, name, lane, grp, key, data, priority, share, reserve, cpu, memory, gpu, io,
  max_attempts, created, after, state, rank, tag, not_before, attempts, token, cancel)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)`;

/** A transaction's parts. */
export interface StoreParts {
  readonly sql: Statements;
  readonly ledger: StoreLedger;
  readonly tasks: StoreTasks;
}

/**
 * Adds a batch, or throws before anything changed.
 *
 * @param isPlain - whether no task has a key or comes after another one
 * @returns what became of each; a number stands for all: the first one's, where all were added
 */
export function addTasks(
  parts: StoreParts,
  tasks: readonly NewTask[],
  nowMs: number,
  { isPlain, maxTasks }: { readonly isPlain: boolean; readonly maxTasks: number },
): readonly AddOutcome[] | number {
  const { ledger } = parts;
  if (!isPlain) return addPlanned(parts, tasks, nowMs, maxTasks);
  if (ledger.kept + tasks.length > maxTasks) throw engineFull(ledger.kept, tasks.length, maxTasks);
  const first = ledger.lastSeq + 1;
  for (const task of tasks) insert(parts, ledger.nextSeq(), task, [], true, nowMs);
  return first;
}

function addPlanned(
  parts: StoreParts,
  tasks: readonly NewTask[],
  nowMs: number,
  maxTasks: number,
): readonly AddOutcome[] {
  const { sql, ledger } = parts;
  const plan = planBatch(tasks, {
    idOfKey(key) {
      const row = sql.row('SELECT seq FROM tasks WHERE key = ? AND key IS NOT NULL AND state < 4', key);
      return row === undefined ? undefined : idOf(row[0] as number);
    },
    stateOf(id) {
      const row = sql.row('SELECT state FROM tasks WHERE seq = ?', seqOf(id));
      return row === undefined ? undefined : stateName(row[0] as number);
    },
  });
  const more = plan.filter(({ how }) => how === 'add').length;
  if (ledger.kept + more > maxTasks) throw engineFull(ledger.kept, more, maxTasks);
  const seqs = plan.map(({ how }) => (how === 'add' ? ledger.nextSeq() : -1));
  for (const [at, one] of plan.entries()) {
    if (one.how !== 'add') continue;
    const [seq, task] = [seqs[at] as number, tasks[at] as NewTask];
    const before = [...one.open.map(seqOf), ...one.places.map((place) => seqs[place] as number)];
    const after = new Set([...one.after, ...one.places.map((place) => idOf(seqs[place] as number))]);
    insert(parts, seq, task, [...after], before.length === 0, nowMs);
    for (const other of before) parts.tasks.connect(seq, other);
  }
  return plan.map((one, at) => {
    if (one.how === 'not') return one.outcome;
    const seq = seqs[one.how === 'same' ? one.place : at] as number;
    return { id: idOf(seq), outcome: one.how === 'same' ? 'exists' : 'added' };
  });
}

function insert(
  { sql, ledger, tasks }: StoreParts,
  seq: number,
  task: NewTask,
  after: readonly string[],
  isFree: boolean,
  nowMs: number,
): void {
  const { name, lane, group, key, data, priority, share, reserve, maxAttempts, notBeforeMs } = task;
  const isInline = data.length <= INLINE_DATA;
  const { state, rank, tag } = isFree
    ? tasks.placed(task, -1, notBeforeMs, nowMs)
    : { state: BLOCKED, rank: 0, tag: -1 };
  sql.run(
    INSERT,
    seq,
    name,
    lane,
    group,
    key ?? null,
    isInline ? data : null,
    priority,
    share,
    reserve === undefined ? null : JSON.stringify(reserve),
    reserve?.cpu ?? null,
    reserve?.memoryBytes ?? null,
    reserve?.gpu ?? null,
    reserve?.io ?? null,
    maxAttempts,
    nowMs,
    after.length === 0 ? null : JSON.stringify(after),
    state,
    rank,
    tag,
    notBeforeMs,
  );
  if (!isInline) sql.run('INSERT INTO payloads (seq, data) VALUES (?, ?)', seq, data);
  ledger.count(lane, group, undefined, state);
}
