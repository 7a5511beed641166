import type { Emitter } from '@framerail/lifecycle';
import type { Settlement } from '../engines/task-engine.js';
import { cancelledError, failedError } from '../handle/task-errors.js';
import type { TaskWatch } from '../handle/task-watch.js';
import { MAX_FAILURES, type TaskRecord } from '../task/task-record.js';
import { eventOf } from './event-of.js';
import type { QueueEvents } from './queue-events.js';

/** How most tasks end; one for all of them, as handles keep it. */
const COMPLETED_WITH_NOTHING = Object.freeze({ state: 'completed', result: 'null' } as const);

/** Tells handles and listeners how an attempt ended, once the engine has taken it. */
export function tellEnd(
  { events, watch }: { readonly events: Emitter<QueueEvents>; readonly watch: TaskWatch },
  task: TaskRecord,
  settlement: Settlement,
  runMs: number,
  error: unknown,
): void {
  const { id, attempts: attempt } = task;
  if (settlement.how === 'complete') {
    const { result } = settlement;
    watch.finish(id, result === 'null' ? COMPLETED_WITH_NOTHING : { state: 'completed', result });
    if (events.listenerCount('completed') > 0)
      events.emit('completed', { ...eventOf(task), attempt, result, runMs });
  } else if (settlement.how === 'cancel') {
    watch.finish(id, { state: 'cancelled', error: cancelledError(task) });
    events.emit('cancelled', eventOf(task));
  } else if (settlement.how === 'fail') {
    const { failure } = settlement;
    if (settlement.retryAtMs !== undefined) {
      events.emit('retrying', { ...eventOf(task), attempt, failure, error, retryAtMs: settlement.retryAtMs });
      return;
    }
    const failures = [...task.failures, failure].slice(-MAX_FAILURES);
    watch.finish(id, { state: 'failed', error: failedError({ ...task, failures }, error) });
    events.emit('failed', { ...eventOf(task), attempt, failure, error });
  }
}
