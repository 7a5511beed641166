import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  type Clock,
  expectInteger,
  expectNumber,
  expectObject,
  invalidArgument,
  systemClock,
} from '@framerail/lifecycle';
import { expectModule } from './handler-module.js';

/** Options that threads and children have in common. */
export interface PoolOptions {
  /**
   * The module whose default export `defineHandlers` made: an absolute path or a `file:` URL, ESM or CommonJS, or TypeScript where Node
   * reads it. Each worker loads it once.
   */
  readonly module: string | URL;
  /** Workers at most, each for one task at a time; default: one a core. They are started when they are wanted. */
  readonly workers?: number | undefined;
  /**
   * Bytes of memory that a worker may take; one that takes more is ended, and its task fails with `E_TASK_CRASHED`. Default: as much as
   * the machine gives.
   */
  readonly maxMemoryBytes?: number | undefined;
  /** Tasks after which a worker is replaced; default: any number. */
  readonly maxTasksPerWorker?: number | undefined;
  /** Milliseconds after which a worker is replaced, between tasks; default: never. */
  readonly maxAgeMs?: number | undefined;
  /** Milliseconds that a handler gets to end after its signal aborted, before its worker is ended; default 5,000. */
  readonly graceMs?: number | undefined;
  /** Milliseconds that a worker gets to load the module; default 30,000. */
  readonly startTimeoutMs?: number | undefined;
  /**
   * The program of the workers: an absolute path or a `file:` URL; default: the package's own. For applications that are bundled as
   * one file: bundle a program of one line beside it, `import '@framerail/task-queue/worker'`.
   */
  readonly program?: string | URL | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
}

const DEFAULT_GRACE_MS = 5000;
const DEFAULT_START_TIMEOUT_MS = 30_000;

/**
 * Takes the options of a pool, and fills in what is left open.
 *
 * @param options - the caller's
 * @param own - the package's own program, and the least that a worker needs
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function readPoolOptions(
  options: PoolOptions,
  own: { readonly program: URL; readonly minMemoryBytes: number },
) {
  const {
    module,
    workers = availableParallelism(),
    maxMemoryBytes,
    maxTasksPerWorker = Number.POSITIVE_INFINITY,
    maxAgeMs = Number.POSITIVE_INFINITY,
    graceMs = DEFAULT_GRACE_MS,
    startTimeoutMs = DEFAULT_START_TIMEOUT_MS,
    program = own.program,
    clock = systemClock,
  } = expectObject('options', options, 'options { module, … }');
  expectInteger('workers', workers, { min: 1, max: 1024 });
  if (maxMemoryBytes !== undefined)
    expectInteger('maxMemoryBytes', maxMemoryBytes, { min: own.minMemoryBytes });
  if (maxTasksPerWorker !== Number.POSITIVE_INFINITY)
    expectInteger('maxTasksPerWorker', maxTasksPerWorker, { min: 1 });
  if (maxAgeMs !== Number.POSITIVE_INFINITY) expectNumber('maxAgeMs', maxAgeMs, { min: 1 });
  expectNumber('graceMs', graceMs, { min: 0, max: 2 ** 31 - 1 });
  expectNumber('startTimeoutMs', startTimeoutMs, { min: 1, max: 2 ** 31 - 1 });
  const programUrl = new URL(expectModule('program', program));
  if (!existsSync(fileURLToPath(programUrl)))
    throw invalidArgument(
      'program',
      "the worker's program (a bundled application has to bring its own: see the option program)",
      `no file at ${programUrl.href}`,
    );
  return {
    module: expectModule('module', module),
    workers,
    maxMemoryBytes,
    maxTasksPerWorker,
    maxAgeMs,
    graceMs,
    startTimeoutMs,
    program: programUrl,
    clock,
  };
}
