import type { TaskRecord } from '../task/task-record.js';
import type { TaskEvent } from './queue-events.js';

/** What events say of a task. */
export function eventOf({
  id,
  name,
  lane,
  group,
}: Pick<TaskRecord, 'id' | 'name' | 'lane' | 'group'>): TaskEvent {
  return { id, name, lane, group };
}
