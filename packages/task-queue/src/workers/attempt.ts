import { FramerailError, onAbort } from '@framerail/lifecycle';
import type { AnyResource } from '../resources/resource-definition.js';
import type { ResourceHost } from '../resources/resource-host.js';
import type { ResourceHold } from '../resources/warm-resource.js';
import { jsonText } from '../task/json-text.js';
import type { AnyHandler, TaskContext, TaskInfo } from './task-handler.js';

/** One attempt, as far as a handler's surroundings know it. */
export interface AttemptOrder {
  readonly task: TaskInfo;
  /** JSON. */
  readonly data: string;
  /** Asked for only when the handler is worth watching or wants it: making one may cost more than a short task. */
  readonly signal: AbortSignal;
  onProgress(progress: unknown): void;
}

/** Who hears of an attempt's end. */
export interface AttemptEnd {
  /** Told once: what the handler threw, as an `Error`, or FramerailError `E_TASK_RESULT`; otherwise the result as JSON. */
  done(error: Error | undefined, result: string): void;
}

/** A handler at work: what it gets, made when it asks for it, and what has to be given back after it. */
export class Attempt implements TaskContext {
  readonly #order: AttemptOrder;
  readonly #resources: ResourceHost;
  #task: TaskInfo | undefined;
  #data: { readonly value: unknown } | undefined;
  #controller: AbortController | undefined;
  #offAbort: (() => void) | undefined;
  #holds: Map<AnyResource | string, Promise<ResourceHold>> | undefined;
  #held: ResourceHold[] | undefined;
  #hasEnded = false;

  constructor(order: AttemptOrder, resources: ResourceHost) {
    this.#order = order;
    this.#resources = resources;
  }

  /** Lets the handler work, and gives back what it held. Tells of its end at once where it gave no promise. */
  perform(handler: AnyHandler, end: AttemptEnd): void {
    let given: unknown;
    try {
      given = (handler as (context: TaskContext) => unknown)(this);
      if (isThenable(given)) given = Promise.resolve(given);
    } catch (thrown) {
      this.#fail(thrown, end);
      return;
    }
    if (given instanceof Promise)
      given.then(
        (result: unknown) => this.#succeed(result, end),
        (thrown: unknown) => this.#fail(thrown, end),
      );
    else this.#succeed(given, end);
  }

  #succeed(given: unknown, end: AttemptEnd): void {
    this.#end();
    let result: string;
    try {
      result = jsonText(given, RESULT);
    } catch (error) {
      end.done(asError(error), '');
      return;
    }
    end.done(undefined, result);
  }

  #fail(thrown: unknown, end: AttemptEnd): void {
    this.#end();
    end.done(asError(thrown), '');
  }

  get task(): TaskInfo {
    this.#task ??= this.#order.task;
    return this.#task;
  }

  get data(): unknown {
    this.#data ??= { value: JSON.parse(this.#order.data) };
    return this.#data.value;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      const { signal } = this.#order;
      this.#offAbort = onAbort(signal, () => controller.abort(signal.reason));
    }
    return this.#controller.signal;
  }

  /** Aborts the handler's signal for a reason of the runner's own. */
  abort(reason: unknown): void {
    void this.signal;
    this.#controller?.abort(reason);
  }

  // These two are no methods, so that a handler can take its context apart.
  get progress(): (value: unknown) => void {
    return (value) => {
      if (this.#hasEnded) return;
      jsonText(value, PROGRESS);
      this.#order.onProgress(value);
    };
  }

  get resource(): (wanted: AnyResource | string) => Promise<never> {
    return (wanted) => this.#resource(wanted);
  }

  async #resource(wanted: AnyResource | string): Promise<never> {
    if (this.#hasEnded) throw endedError(this.task);
    this.#holds ??= new Map();
    let wait = this.#holds.get(wanted);
    if (wait === undefined) {
      wait = this.#acquire(wanted);
      this.#holds.set(wanted, wait);
      // The handler may catch the failure and ask again.
      wait.catch(() => this.#holds?.delete(wanted));
    }
    return (await wait).value as never;
  }

  #end(): void {
    this.#hasEnded = true;
    this.#offAbort?.();
    if (this.#held !== undefined) for (const hold of this.#held) hold.release();
  }

  async #acquire(wanted: AnyResource | string): Promise<ResourceHold> {
    const hold = await this.#resources.acquire(wanted, this.signal);
    this.#held ??= [];
    if (this.#hasEnded) hold.release();
    else this.#held.push(hold);
    return hold;
  }
}

const RESULT = { code: 'E_TASK_RESULT', what: 'the result' } as const;
const PROGRESS = { code: 'E_TASK_DATA', what: 'the progress' } as const;

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What was thrown, as an error: handlers may throw anything. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]')
    return thrown as Error;
  let text: string;
  try {
    text = typeof thrown === 'object' ? JSON.stringify(thrown) : String(thrown);
  } catch {
    text = Object.prototype.toString.call(thrown);
  }
  return new FramerailError({
    code: 'E_TASK_FAILED',
    message: `The handler threw what is no error: ${text}`,
    cause: thrown,
  });
}

function endedError(task: TaskInfo): FramerailError {
  return new FramerailError({
    code: 'E_TASK_RESOURCE',
    message: `The attempt ${task.attempt} of ${task.name} has ended; it can't ask for resources any more`,
  });
}
