import {
  expectInteger,
  expectNumber,
  expectString,
  FramerailError,
  invalidArgument,
} from '@framerail/lifecycle';
import { isFinal, TASK_STATES } from '../task/task-state.js';
import type {
  ClaimRequest,
  NewTask,
  PruneRequest,
  RatePermit,
  ScheduleRecord,
  Settlement,
  TaskQuery,
} from './task-engine.js';

const MAX_PRIORITY = 1000;
const MAX_SHARE = 1_000_000;
const MAX_PAGE = 1000;
const QUERY_TEXTS = ['name', 'lane', 'group', 'key', 'afterId'] as const;

/** What an engine takes. */
interface InputLimits {
  readonly maxDataBytes: number;
  readonly maxBatch: number;
}

/**
 * Checks tasks before any of them is added.
 *
 * @returns whether none has a key or comes after another one
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_TASK_DATA_TOO_LARGE`
 */
export function expectNewTasks(tasks: readonly NewTask[], nowMs: number, limits: InputLimits): boolean {
  expectNumber('nowMs', nowMs);
  if (!Array.isArray(tasks) || tasks.length > limits.maxBatch)
    throw invalidArgument('tasks', `a list of at most ${limits.maxBatch} tasks`, tasks);
  let isPlain = true;
  for (const [at, task] of tasks.entries()) {
    expectNewTask(task, at);
    expectSize(`data of task ${at}, ${task.name},`, task.data, limits.maxDataBytes);
    if (task.key !== undefined || task.after.length > 0 || task.afterBatch.length > 0) isPlain = false;
    for (const place of task.afterBatch)
      expectInteger(`tasks[${at}].afterBatch`, place, { min: 0, max: tasks.length - 1 });
  }
  return isPlain;
}

function expectNewTask(task: NewTask, at: number): void {
  const wrong = (field: keyof NewTask, expected: string): FramerailError =>
    invalidArgument(`tasks[${at}].${field}`, expected, task[field]);
  if (!isText(task.name) || task.name === '') throw wrong('name', 'a string that is not empty');
  if (!isText(task.lane) || task.lane === '') throw wrong('lane', 'a string that is not empty');
  if (!isText(task.group)) throw wrong('group', 'a string');
  if (task.key !== undefined && !isText(task.key)) throw wrong('key', 'a string or nothing');
  if (typeof task.data !== 'string') throw wrong('data', 'JSON text');
  if (!Number.isInteger(task.priority) || Math.abs(task.priority) > MAX_PRIORITY)
    throw wrong('priority', `an integer from -${MAX_PRIORITY} to ${MAX_PRIORITY}`);
  if (!Number.isSafeInteger(task.maxAttempts) || task.maxAttempts < 1)
    throw wrong('maxAttempts', 'an integer of 1 or more');
  if (!Number.isFinite(task.notBeforeMs)) throw wrong('notBeforeMs', 'a time in milliseconds');
  if (!(task.share > 0 && task.share <= MAX_SHARE))
    throw wrong('share', `a number above 0, at most ${MAX_SHARE}`);
  if (!Array.isArray(task.after)) throw wrong('after', 'a list of ids');
  if (!Array.isArray(task.afterBatch)) throw wrong('afterBatch', 'a list of places');
}

/** Halves of surrogate pairs would come back as something else from a file or a cluster. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && value.isWellFormed();
}

/**
 * Checks settlements before any of them takes effect.
 *
 * @throws FramerailError `E_TASK_DATA_TOO_LARGE`
 */
export function expectSettlements(settlements: readonly Settlement[], limits: InputLimits): void {
  for (const one of settlements) {
    if (one.how === 'complete') expectSize(`the result of task ${one.id}`, one.result, limits.maxDataBytes);
  }
}

/**
 * Checks a claim.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectClaim(request: ClaimRequest): ClaimRequest {
  expectInteger('limit', request.limit, { min: 1 });
  expectNumber('nowMs', request.nowMs);
  expectNumber('leaseUntilMs', request.leaseUntilMs);
  return request;
}

/**
 * Checks a query.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectQuery(query: TaskQuery): TaskQuery {
  expectInteger('limit', query.limit, { min: 1, max: MAX_PAGE });
  for (const part of QUERY_TEXTS) {
    const text = query[part];
    if (text !== undefined && typeof text !== 'string')
      throw invalidArgument(part, 'a string, or nothing', text);
  }
  const { states } = query;
  if (
    states !== undefined &&
    !(Array.isArray(states) && states.every((state) => TASK_STATES.includes(state)))
  )
    throw invalidArgument('states', `a list of some of ${TASK_STATES.join(', ')}`, states);
  return query;
}

/**
 * Checks a limit's request.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectPermit(permit: RatePermit): RatePermit {
  expectInteger('max', permit.max, { min: 1 });
  expectNumber('perMs', permit.perMs, { min: 1 });
  expectInteger('wanted', permit.wanted, { min: 0 });
  expectNumber('nowMs', permit.nowMs);
  return permit;
}

/**
 * Checks a priority.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectPriority(priority: number): number {
  return expectInteger('priority', priority, { min: -MAX_PRIORITY, max: MAX_PRIORITY });
}

/**
 * Checks a schedule.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectSchedule(schedule: ScheduleRecord): ScheduleRecord {
  expectString('id', schedule.id);
  expectString('definition', schedule.definition);
  expectNumber('nextAtMs', schedule.nextAtMs);
  return schedule;
}

/**
 * Checks what is to be dropped.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectPrune(request: PruneRequest): PruneRequest {
  if (!Array.isArray(request.states) || !request.states.every(isFinal))
    throw invalidArgument('states', 'a list of completed, failed, cancelled', String(request.states));
  expectInteger('keep', request.keep, { min: 0 });
  expectInteger('limit', request.limit, { min: 0 });
  if (Number.isNaN(request.olderThanMs)) throw invalidArgument('olderThanMs', 'a time', request.olderThanMs);
  return request;
}

/** The error of a call on an engine that isn't open (any more). */
export function engineClosed(name: string, wasOpen: boolean): FramerailError {
  return new FramerailError({
    code: 'E_QUEUE_CLOSED',
    message: wasOpen
      ? `Expected the engine ${name} to be open but it was closed; make a new one`
      : `Expected the engine ${name} to be open but it isn't yet; await open() before`,
  });
}

/** The error of tasks that would be too many. */
export function engineFull(kept: number, more: number, maxTasks: number): FramerailError {
  return new FramerailError({
    code: 'E_QUEUE_FULL',
    message: `Expected at most ${maxTasks} tasks but ${kept} are kept and ${more} were to be added; prune final ones, or raise maxTasks`,
    details: { kept, more, maxTasks },
  });
}

function expectSize(what: string, text: string, maxBytes: number): void {
  // UTF-8 takes three bytes a code unit at most, so that most texts need not be measured.
  if (text.length * 3 <= maxBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return;
  throw new FramerailError({
    code: 'E_TASK_DATA_TOO_LARGE',
    message: `Expected ${what} to have at most ${maxBytes} bytes but received ${bytes}; keep it elsewhere and name the place`,
    details: { bytes, maxBytes },
  });
}
