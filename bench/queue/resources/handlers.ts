// Tasks that need something that takes half a second to load: kept warm by its worker, or loaded by each task.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineHandlers, defineResource, type TaskContext } from '@framerail/task-queue';

/** Milliseconds that a load takes. */
const LOAD_MS = 500;

const load = async (): Promise<{ readonly use: () => void }> => {
  await sleep(LOAD_MS);
  return { use: () => {} };
};

const model = defineResource('model', { load, bytes: 1024 });

/** Gives the milliseconds for which it waited for what it needs. */
async function waited(use: () => Promise<{ readonly use: () => void }>): Promise<number> {
  const startMs = performance.now();
  (await use()).use();
  return performance.now() - startMs;
}

/** The handlers, for this process or for others. */
export default defineHandlers({
  warm: ({ resource }: TaskContext) => waited(() => resource(model)),
  cold: () => waited(load),
  // What needs none of it isn't held up by others' loads.
  beside: () => 0,
});
