import { expectNumber, expectObject, expectString, invalidArgument } from '@framerail/lifecycle';

/** What a load can use. */
export interface LoadContext {
  /** Aborts when nobody wants the resource any more, and when its worker ends. */
  readonly signal: AbortSignal;
}

/** How to load something slow, and what is known of it. */
export interface ResourceOptions<T> {
  /** Loads it. Called again after a failure, when the next task wants it. */
  load(context: LoadContext): T | Promise<T>;
  /** Frees what was loaded; nobody holds it then. The next load waits for it. Default: nothing. */
  readonly dispose?: ((value: T) => void | Promise<void>) | undefined;
  /** Bytes that it takes while it is loaded, for the memory budget; a function is asked once after each load. Default 0. */
  readonly bytes?: number | ((value: T) => number) | undefined;
  /** Milliseconds without a task that uses it after which it is disposed of; default 60,000, `Infinity` keeps it. */
  readonly idleMs?: number | undefined;
}

/** Something slow to load that tasks share: see {@link defineResource}. Immutable. */
export interface ResourceDefinition<T = unknown> {
  /** Its name, one for each resource of a worker. */
  readonly name: string;
  /** How it is loaded and disposed of, with defaults filled in. */
  readonly options: FilledResourceOptions<T>;
}

/** {@link ResourceOptions} with nothing left open. */
export interface FilledResourceOptions<T> {
  /** Loads it. */
  load(context: LoadContext): T | Promise<T>;
  /** Frees what was loaded. */
  dispose(value: T): void | Promise<void>;
  /** Bytes that it takes while it is loaded, or how to know them. */
  readonly bytes: number | ((value: T) => number);
  /** Milliseconds without use after which it is disposed of. */
  readonly idleMs: number;
}

/** Any resource, whatever it loads: what {@link defineResource} gave. */
export interface AnyResource {
  /** Its name. */
  readonly name: string;
  /** How it is loaded. */
  readonly options: object;
}

const DEFAULT_IDLE_MS = 60_000;

/**
 * Describes what is slow to load: a model, a GPU device, the capabilities of an ffmpeg. Each worker loads it once, when the first task
 * wants it, and its tasks share it until it is idle, memory is short or the worker ends.
 *
 * @param name - one for each resource
 * @param options - how to load and to dispose of it
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function defineResource<T>(name: string, options: ResourceOptions<T>): ResourceDefinition<T> {
  expectString('name', name);
  const {
    load,
    dispose = () => {},
    bytes = 0,
    idleMs = DEFAULT_IDLE_MS,
  } = expectObject('options', options, 'options { load, … }');
  if (typeof load !== 'function') throw invalidArgument('load', 'a function', load);
  if (typeof dispose !== 'function') throw invalidArgument('dispose', 'a function', dispose);
  if (typeof bytes !== 'function') expectNumber('bytes', bytes, { min: 0 });
  if (idleMs !== Number.POSITIVE_INFINITY) expectNumber('idleMs', idleMs, { min: 0 });
  return Object.freeze({
    name,
    options: Object.freeze({
      load: (context: LoadContext) => options.load(context),
      dispose: (value: T) => dispose(value),
      bytes,
      idleMs,
    }),
  });
}
