import { FramerailQueue } from './framerail-queue.js';
import { type QueueOptions, queueSettings } from './queue-options.js';
import type { TaskQueue } from './task-queue.js';

/**
 * Makes a queue over an engine. The engine is opened at the first call that needs it, or by `open`; it belongs to the queue from then on.
 *
 * @param options - the engine, and how tasks are done
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function createQueue(options: QueueOptions): TaskQueue {
  return new FramerailQueue(queueSettings(options));
}
