import { createQueue, type TaskEngine, type TaskRunner } from '@framerail/task-queue';

/** Tasks that run at once, ours and the peers'. */
export const CONCURRENCY = 16;

const noop = async (): Promise<void> => {};

/** How tasks are added: in one call, in a call each, or so that each one's result is awaited besides. */
export type Way = 'bulk' | 'add' | 'results';

/**
 * Has a new queue do tasks that do nothing.
 *
 * @param engine where they are kept; it is closed then
 * @param runner who does them; without it, a function of this process
 * @returns milliseconds from the first one's adding to the last one's end, the queue's opening left out
 */
export async function doTasks(
  engine: TaskEngine,
  tasks: number,
  way: Way,
  runner?: TaskRunner | undefined,
): Promise<number> {
  await using queue = createQueue({
    engine,
    slots: CONCURRENCY,
    lanes: { default: { concurrency: CONCURRENCY } },
  });
  queue.define('noop', runner ?? noop);
  // Whatever is made once is made before.
  await (await queue.add('noop')).result;
  const startMs = performance.now();
  if (way === 'bulk') await queue.addBulk(Array.from({ length: tasks }, () => ({ name: 'noop' })));
  else {
    const handles = await Promise.all(Array.from({ length: tasks }, () => queue.add('noop')));
    if (way === 'results') await Promise.all(handles.map(({ result }) => result));
  }
  await queue.drain();
  const ms = performance.now() - startMs;
  const { counts } = await queue.stats();
  if (counts.failed + counts.cancelled > 0) throw new Error(`${counts.failed} tasks failed`);
  return ms;
}
