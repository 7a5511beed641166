import { expectInteger, expectNumber, expectObject, invalidArgument } from '@framerail/lifecycle';
import { expectName, expectRate, type RateLimit } from '../lanes/lane-options.js';
import type { AnyResource } from '../resources/resource-definition.js';
import { expectCost } from '../task/task-cost.js';
import type { TaskCost } from '../task/task-record.js';
import type { TaskHandler } from '../workers/task-handler.js';
import type { TaskRunner } from '../workers/task-runner.js';
import { type RetryOptions, type RetrySettings, retrySettings } from './retry-options.js';

/** What a task is offered when there is no room for it as it is. */
export interface CapacityOffer<Data = unknown> {
  /** What it was to work on: a copy. */
  readonly data: Data;
  /** What it would take. */
  readonly cost: TaskCost;
  /** What is free of the machine. */
  readonly free: TaskCost;
}

/** A smaller form of a task. */
export interface SmallerTask<Data = unknown> {
  /** What this attempt works on instead; default: the same. */
  readonly data?: Data | undefined;
  /** What it takes then. */
  readonly cost: TaskCost;
}

/** How tasks of a name are done. */
export interface DefineOptions<Data = unknown> {
  /** The lane of tasks that aren't added to another one; default: the queue's lane `default`, or its only one. */
  readonly lane?: string | undefined;
  /** Tasks of the name that run at once in this process, 1 or more; default: as many as the lane's, or its runner's workers. */
  readonly concurrency?: number | undefined;
  /** Milliseconds from the start of the handler after which its signal aborts and the attempt fails with `E_TIMEOUT`; default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** What happens after a failure; a number: so many further attempts. Default: none. */
  readonly retries?: RetryOptions | number | undefined;
  /** How often such tasks may begin, over all processes that share the engine. */
  readonly rate?: RateLimit | undefined;
  /** Resources that the handler asks for by name; those asked for by definition need not be here. */
  readonly resources?: readonly AnyResource[] | undefined;
  /** What such a task takes of the machine, where its adder doesn't say; what isn't said is learned. */
  readonly cost?: TaskCost | ((data: Data) => TaskCost) | undefined;
  /** Offered what is free when a task doesn't fit; gives a smaller form of it, or nothing to wait. */
  readonly adjustForCapacity?: ((offer: CapacityOffer<Data>) => SmallerTask<Data> | undefined) | undefined;
}

/** A name that is known here, with its options taken. */
export interface Definition {
  readonly name: string;
  readonly lane: string | undefined;
  /** Its own handler, or where it is done. */
  readonly work: TaskHandler<never> | TaskRunner;
  readonly concurrency: number;
  readonly timeoutMs: number | undefined;
  readonly retries: RetrySettings;
  readonly rate: RateLimit | undefined;
  readonly resources: readonly AnyResource[];
  readonly cost: TaskCost | ((data: unknown) => TaskCost) | undefined;
  readonly adjustForCapacity: ((offer: CapacityOffer) => SmallerTask | undefined) | undefined;
}

/** Whether work is done by a runner. */
export function isRunner(work: Definition['work']): work is TaskRunner {
  return typeof work !== 'function';
}

/**
 * Takes what is said of a name.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function definitionOf(name: string, work: unknown, options: DefineOptions<never> = {}): Definition {
  expectName('name', name);
  expectObject('options', options, 'options { lane, concurrency, … }');
  if (typeof work !== 'function' && typeof (work as TaskRunner | null)?.run !== 'function')
    throw invalidArgument(
      'handler',
      'a function, or a runner such as threads({ module }) or children({ module })',
      work,
    );
  const { lane, concurrency, timeoutMs, retries, rate, resources = [], cost, adjustForCapacity } = options;
  if (adjustForCapacity !== undefined && typeof adjustForCapacity !== 'function')
    throw invalidArgument('adjustForCapacity', 'a function', adjustForCapacity);
  return Object.freeze({
    name,
    lane: lane === undefined ? undefined : expectName('lane', lane),
    work: work as Definition['work'],
    concurrency: concurrencyOf(concurrency, work as Definition['work']),
    timeoutMs: timeoutOf(timeoutMs),
    retries: retrySettings(retries),
    rate: expectRate('rate', rate),
    resources: [...resources],
    cost: typeof cost === 'function' || cost === undefined ? cost : expectCost('cost', cost),
    adjustForCapacity,
  }) as Definition;
}

/** Node's timers take no longer wait than this. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function timeoutOf(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY) return undefined;
  return expectNumber('timeoutMs', timeoutMs, { min: 1, max: MAX_TIMER_MS });
}

/** No more than a runner has workers: what waits for one would keep its slot from others. */
function concurrencyOf(concurrency: number | undefined, work: Definition['work']): number {
  const most = (isRunner(work) ? work.slots : undefined) ?? Number.POSITIVE_INFINITY;
  return concurrency === undefined
    ? most
    : Math.min(most, expectInteger('concurrency', concurrency, { min: 1 }));
}
