import type {
  AddOutcome,
  ClaimRequest,
  NewTask,
  PruneRequest,
  RatePermit,
  ScheduleRecord,
  Settlement,
  SettleOutcome,
  TaskLease,
} from '../task-engine.js';
import { ACTIVE, seqOf } from '../task-number.js';
import { addTasks, type StoreParts } from './store-adding.js';
import { claimTasks } from './store-claiming.js';
import { deleteSchedule, pause, permit, pruneTasks, putProfile, putSchedule } from './store-keeping.js';
import {
  cancelTasks,
  expireTasks,
  prioritiseTasks,
  renewLease,
  retryTasks,
  settleTask,
} from './store-settling.js';
import type { Row } from './task-row.js';

/** What changes a store: each with what it is given and gives. All of it can be sent to another thread. */
export interface StoreCalls {
  /** `tasks`: a `NewTask[]` as JSON, in parts, as a long one would keep a thread busy. */
  add(of: {
    parts: readonly string[];
    nowMs: number;
    isPlain: boolean;
    maxTasks: number;
  }): readonly AddOutcome[] | number;
  claim(request: ClaimRequest): readonly Row[];
  settle(settlements: readonly Settlement[]): readonly SettleOutcome[];
  renew(of: { leases: readonly TaskLease[]; leaseUntilMs: number }): readonly ('held' | 'cancel' | 'lost')[];
  progress(notes: readonly (TaskLease & { readonly progress: string })[]): undefined;
  expire(of: { nowMs: number; deadOwners: readonly string[] }): number;
  cancel(of: { ids: readonly string[]; nowMs: number }): readonly (number | undefined)[];
  retry(of: { ids: readonly string[]; nowMs: number }): readonly boolean[];
  prioritise(of: { ids: readonly string[]; priority: number }): readonly boolean[];
  pause(of: { lane: string | undefined; isPaused: boolean }): undefined;
  permit(request: RatePermit): number;
  putSchedule(of: { schedule: ScheduleRecord; ifNextAtMs: number | 'absent' | undefined }): boolean;
  deleteSchedule(id: string): boolean;
  putProfile(of: { name: string; profile: string }): undefined;
  prune(request: PruneRequest): number;
}

/** A call's name. */
export type StoreCallName = keyof StoreCalls;

/** A call, and what it is given. */
export interface StoreCall {
  readonly name: StoreCallName;
  readonly given: unknown;
}

type Calls = {
  readonly [Name in StoreCallName]: (
    parts: StoreParts,
    given: Parameters<StoreCalls[Name]>[0],
  ) => ReturnType<StoreCalls[Name]>;
};

const CALLS: Calls = {
  add(parts, { parts: texts, nowMs, isPlain, maxTasks }) {
    const tasks = texts.flatMap((text) => JSON.parse(text) as NewTask[]);
    return addTasks(parts, tasks, nowMs, { isPlain, maxTasks });
  },
  claim: claimTasks,
  settle: (parts, settlements) => settlements.map((one) => settleTask(parts, one)),
  renew: (parts, { leases, leaseUntilMs }) => leases.map((lease) => renewLease(parts, lease, leaseUntilMs)),
  progress({ sql }, notes) {
    for (const { id, token, progress } of notes)
      sql.run(
        `UPDATE tasks SET progress = ? WHERE seq = ? AND state = ${ACTIVE} AND token = ?`,
        progress,
        seqOf(id),
        token,
      );
    return undefined;
  },
  expire: (parts, { nowMs, deadOwners }) => expireTasks(parts, nowMs, deadOwners),
  cancel: (parts, { ids, nowMs }) => cancelTasks(parts, ids, nowMs),
  retry: (parts, { ids, nowMs }) => retryTasks(parts, ids, nowMs),
  prioritise: (parts, { ids, priority }) => prioritiseTasks(parts, ids, priority),
  pause(parts, { lane, isPaused }) {
    pause(parts, lane, isPaused);
    return undefined;
  },
  permit,
  putSchedule: (parts, { schedule, ifNextAtMs }) => putSchedule(parts, schedule, ifNextAtMs),
  deleteSchedule,
  putProfile(parts, { name, profile }) {
    putProfile(parts, name, profile);
    return undefined;
  },
  prune: pruneTasks,
};

/**
 * Calls that may be lost with the machine's power, as nobody is told a lie by that: who held a lease is gone then, and
 * what was dropped or expired is so again.
 */
const PASSING: readonly StoreCallName[] = [
  'claim',
  'renew',
  'progress',
  'expire',
  'permit',
  'putProfile',
  'prune',
];

/** Whether a call has to be on the disk before it is answered. */
export function isLasting({ name }: StoreCall): boolean {
  return !PASSING.includes(name);
}

/** Does a call, within a transaction. */
export function perform(parts: StoreParts, { name, given }: StoreCall): unknown {
  return (CALLS[name] as (parts: StoreParts, given: unknown) => unknown)(parts, given);
}
