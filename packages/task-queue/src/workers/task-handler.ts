import { expectObject, invalidArgument } from '@framerail/lifecycle';
import type { AnyResource, ResourceDefinition } from '../resources/resource-definition.js';

/** What a handler may know of its task. */
export interface TaskInfo {
  /** Its id. */
  readonly id: string;
  /** Its name, by which the handler was found. */
  readonly name: string;
  /** Its lane. */
  readonly lane: string;
  /** Whose it is. */
  readonly group: string;
  /** Its key, where it has one. */
  readonly key: string | undefined;
  /** Which attempt this is; counts from 1. */
  readonly attempt: number;
  /** Attempts that it gets altogether. */
  readonly maxAttempts: number;
}

/** What a handler gets. Its members can be taken apart: `({ data, signal, progress }) => …`. */
export interface TaskContext<Data = unknown> {
  /** The task. */
  readonly task: TaskInfo;
  /** What was added, read from JSON: the handler's own copy. */
  readonly data: Data;
  /** Aborts with the reason why the attempt is to end: cancelled, timed out, lease lost, closing. A handler that goes on is ended, or given up. */
  readonly signal: AbortSignal;
  /**
   * Tells how far it is: any value that JSON can express. What comes faster than it is taken is left out, except the last of each
   * `stage` (a member of that name).
   *
   * @throws FramerailError `E_TASK_DATA` for what isn't JSON
   */
  progress(value: unknown): void;
  /**
   * Gives what is loaded once for all tasks of the worker; it stays until the attempt ends, at least.
   *
   * @param resource - a definition, or the name of one that was registered
   * @throws FramerailError `E_TASK_RESOURCE` with the failure as its cause, or for an unknown name; `E_ABORTED`
   */
  resource<T>(resource: ResourceDefinition<T>): Promise<T>;
  resource(resource: string): Promise<unknown>;
}

/** Does one attempt of a task. What it gives is the task's result, anything that JSON can express. */
export type TaskHandler<Data = unknown, Result = unknown> = (
  context: TaskContext<Data>,
) => Result | Promise<Result>;

/** Any handler, whatever its data. */
export type AnyHandler = TaskHandler<never>;

/** Handlers by the names of their tasks, with the resources that they ask for by name. Immutable. */
export interface HandlerSet {
  /** By name. */
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  /** Those that handlers may ask for by name. */
  readonly resources: readonly AnyResource[];
}

/**
 * Puts handlers together for a runner. A module for `threads` or `children` exports the set as its default:
 * `export default defineHandlers({ thumbnail: async ({ data }) => … })`.
 *
 * @param handlers - by the names of their tasks
 * @param options - resources that handlers may ask for by name; those asked for by definition need not be here
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function defineHandlers(
  handlers: Readonly<Record<string, AnyHandler>>,
  options: { readonly resources?: readonly AnyResource[] | undefined } = {},
): HandlerSet {
  expectObject('handlers', handlers, 'an object of functions by the names of tasks');
  for (const [name, handler] of Object.entries(handlers)) expectHandler(name, handler);
  const { resources = [] } = expectObject('options', options);
  const names = resources.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalidArgument('resources', 'one resource of each name', `${twice} twice`);
  return Object.freeze({
    handlers: Object.freeze({ ...handlers }),
    resources: Object.freeze([...resources]),
  });
}

/**
 * Takes what has to be a handler.
 *
 * @param name - the task's name
 * @param handler - what came
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectHandler(name: string, handler: unknown): AnyHandler {
  if (typeof handler === 'function') return handler as AnyHandler;
  throw invalidArgument(`the handler of ${name}`, 'a function', handler);
}
