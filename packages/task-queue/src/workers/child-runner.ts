import { expectObject } from '@framerail/lifecycle';
import { startChild } from './child-link.js';
import { type PoolOptions, readPoolOptions } from './pool-options.js';
import type { TaskRunner } from './task-runner.js';
import { WorkerPool } from './worker-pool.js';

/**
 * Options of {@link children}. `maxMemoryBytes`, 64 MiB or more: V8's heap, and on Linux all that the process has resident, looked at
 * ten times a second.
 */
export interface ChildOptions extends PoolOptions {
  /** Added to this process's environment; `undefined` takes a variable out. Default: nothing. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

const MIN_MEMORY_BYTES = 64 * 2 ** 20;

/**
 * Runs handlers in child processes: for code that may crash, leak or hang, such as bindings of ffmpeg and GPU drivers. Whatever
 * happens to a process, its task alone fails. A process ends with its parent, and the programs that its handlers started with it.
 *
 * @param options - the module of handlers, and limits
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function children(options: ChildOptions): TaskRunner {
  // Beside the file that this is built into.
  const program = new URL('./worker.js', import.meta.url);
  const settings = readPoolOptions(options, { program, minMemoryBytes: MIN_MEMORY_BYTES });
  const { env } = options;
  if (env !== undefined) expectObject('env', env, 'an object of strings');
  return new WorkerPool({ ...settings, name: 'children', start: startChild({ ...settings, env }) });
}
