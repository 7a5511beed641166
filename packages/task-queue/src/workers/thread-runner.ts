import { type PoolOptions, readPoolOptions } from './pool-options.js';
import type { TaskRunner } from './task-runner.js';
import { startThread } from './thread-link.js';
import { WorkerPool } from './worker-pool.js';

/**
 * Options of {@link threads}. `maxMemoryBytes`, 16 MiB or more: V8's heap, and where Node tells (22.16, 24) the buffers outside of it,
 * looked at 20 times a second. Threads share their process: one that takes a gigabyte more between two looks can end it, and where Node
 * doesn't tell one that takes 16 MiB in one step. Code that may do so belongs into `children`.
 */
export type ThreadOptions = PoolOptions;

const MIN_MEMORY_BYTES = 16 * 2 ** 20;

/**
 * Runs handlers in worker threads: for work that computes. What a handler throws, its endless loops and a full heap end its task or its
 * thread alone; a crash in native code ends the process: see `children`.
 *
 * @param options - the module of handlers, and limits
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function threads(options: ThreadOptions): TaskRunner {
  // Beside the file that this is built into.
  const program = new URL('./worker.js', import.meta.url);
  const settings = readPoolOptions(options, { program, minMemoryBytes: MIN_MEMORY_BYTES });
  return new WorkerPool({ ...settings, name: 'threads', start: startThread(settings) });
}
