import {
  expectInteger,
  expectNumber,
  expectObject,
  FramerailError,
  invalidArgument,
} from '@framerail/lifecycle';
import type { NewTask } from '../engines/task-engine.js';
import { expectName, MAX_NAME_LENGTH } from '../lanes/lane-options.js';
import { jsonText } from '../task/json-text.js';
import { expectCost } from '../task/task-cost.js';
import type { TaskCost } from '../task/task-record.js';
import type { Definition } from './define-options.js';

/** How a task is added. */
export interface AddOptions {
  /** Its lane; default: the one its name was defined with, the lane `default`, or the only one. */
  readonly lane?: string | undefined;
  /** Whose it is: groups of a lane are served in turn, so that nobody's thousand tasks keep somebody else's one waiting. Default `''`. */
  readonly group?: string | undefined;
  /** While a task of this key isn't final no other one of it is added: adding gives the handle of the one that is there. */
  readonly key?: string | undefined;
  /** Larger comes first; an integer from -1,000 to 1,000, default 0. A head start, not a wall: nothing starves. */
  readonly priority?: number | undefined;
  /** Milliseconds before it may begin; default 0. */
  readonly delayMs?: number | undefined;
  /** Tasks (or their ids) that have to be completed before; when one isn't, this one is cancelled. */
  readonly after?: readonly (string | { readonly id: string })[] | undefined;
  /** What it takes of the machine while it runs; default: what its name is known to take. */
  readonly reserve?: TaskCost | undefined;
  /** Attempts that it gets altogether, 1 to 1,000; default: as its name was defined. */
  readonly attempts?: number | undefined;
  /** How much of its group's turn it takes, above 0; default 1, an ordinary task. */
  readonly share?: number | undefined;
  /** Cancels the task when it aborts, whenever that is. */
  readonly signal?: AbortSignal | undefined;
}

/** A task of `addBulk`. */
export interface BulkTask extends AddOptions {
  /** Which handler does it. */
  readonly name: string;
  /** What it works on: anything that JSON can express. */
  readonly data?: unknown;
}

/** What of a queue decides how tasks are added. */
export interface AddingRules {
  /** Names of its lanes. */
  readonly lanes: ReadonlySet<string>;
  /** Bytes of a task's data as UTF-8. */
  readonly maxDataBytes: number;
  /** The names that are known here. */
  definition(name: string): Definition | undefined;
}

const NONE: readonly never[] = Object.freeze([]);
const NO_OPTIONS: AddOptions = Object.freeze({});
const DATA = Object.freeze({ code: 'E_TASK_DATA', what: 'data' } as const);

/**
 * Makes what an engine adds of what a caller gave.
 *
 * @param nowMs - milliseconds since 1970
 * @param afterBatch - see {@link NewTask}
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_TASK_DATA`, `E_TASK_DATA_TOO_LARGE`
 */
export function newTask(
  rules: AddingRules,
  name: string,
  data: unknown,
  options: AddOptions = NO_OPTIONS,
  nowMs: number,
  afterBatch: readonly number[] = NONE,
): NewTask {
  const definition = rules.definition(name);
  if (definition === undefined) expectName('name', name);
  const text = dataText(data, rules.maxDataBytes);
  const maxAttempts = definition?.retries.attempts ?? 1;
  if (options === NO_OPTIONS)
    return {
      name,
      lane: laneOf(rules, definition, undefined),
      group: '',
      key: undefined,
      data: text,
      priority: 0,
      reserve: undefined,
      maxAttempts,
      notBeforeMs: 0,
      after: NONE,
      afterBatch,
      share: 1,
    };
  const {
    group = '',
    key,
    priority = 0,
    delayMs = 0,
    after,
    reserve,
    attempts,
    share = 1,
  } = expectObject('options', options, 'options { priority, key, … }');
  expectNumber('delayMs', delayMs, { min: 0, max: 8.64e15 - nowMs });
  if (share !== 1 && !(expectNumber('share', share, { min: 0 }) > 0))
    throw invalidArgument('share', 'a number above 0', share);
  return {
    name,
    lane: laneOf(rules, definition, options.lane),
    group: group === '' ? '' : expectName('group', group),
    key: key === undefined ? undefined : expectName('key', key),
    data: text,
    priority: priority === 0 ? 0 : expectPriority(priority),
    reserve: reserve === undefined ? undefined : expectCost('reserve', reserve),
    maxAttempts:
      attempts === undefined ? maxAttempts : expectInteger('attempts', attempts, { min: 1, max: 1000 }),
    notBeforeMs: delayMs === 0 ? 0 : Math.ceil(nowMs + delayMs),
    after: after === undefined ? NONE : idsOf('after', after),
    afterBatch,
    share,
  };
}

/** Takes a priority. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectPriority(priority: unknown): number {
  return expectInteger('priority', priority, { min: -1000, max: 1000 });
}

/** Takes tasks or their ids. @throws FramerailError `E_INVALID_ARGUMENT` */
function idsOf(what: string, tasks: readonly (string | { readonly id: string })[]): readonly string[] {
  if (!Array.isArray(tasks)) throw invalidArgument(what, 'a list of tasks or of their ids', tasks);
  return [...new Set(tasks.map((task, index) => idOf(`${what}[${index}]`, task)))];
}

/** Takes a task or its id. @throws FramerailError `E_INVALID_ARGUMENT` */
export function idOf(what: string, task: string | { readonly id: string }): string {
  const id = typeof task === 'string' ? task : (task as { id?: unknown } | null | undefined)?.id;
  if (typeof id === 'string' && id.length > 0 && id.length <= MAX_NAME_LENGTH) return id;
  throw invalidArgument(what, "a task's handle, or its id", task);
}

function dataText(data: unknown, maxBytes: number): string {
  const text = jsonText(data, DATA);
  // A code unit is three bytes at most.
  if (text.length * 3 > maxBytes) {
    const bytes = Buffer.byteLength(text);
    if (bytes > maxBytes)
      throw new FramerailError({
        code: 'E_TASK_DATA_TOO_LARGE',
        message: `Expected data of at most ${maxBytes} bytes as JSON but received ${bytes}; keep large things in files or an object store and give the task their names`,
        details: { bytes, maxBytes },
      });
  }
  return text;
}

function laneOf(rules: AddingRules, definition: Definition | undefined, wanted: string | undefined): string {
  const lane = wanted ?? definition?.lane;
  if (lane !== undefined) {
    if (rules.lanes.has(lane)) return lane;
    throw invalidArgument('lane', `one of the queue's lanes (${[...rules.lanes].join(', ')})`, lane);
  }
  if (rules.lanes.has('default')) return 'default';
  if (rules.lanes.size === 1) return rules.lanes.values().next().value as string;
  throw invalidArgument(
    'lane',
    `one of the queue's lanes (${[...rules.lanes].join(', ')}), since there is no lane 'default' and the task's name wasn't defined with one`,
    lane,
  );
}
