import { Queue, Worker } from 'bullmq';
import { startRedisServer } from '../../../scripts/testing/redis-server.ts';
import { findCommand } from '../../../scripts/workspace/commands.mjs';
import { CONCURRENCY, type Way } from './framerail.ts';

/** BullMQ over a Redis of its own. */
export interface BullmqBench extends AsyncDisposable {
  /** Does tasks that do nothing. @returns milliseconds from the first one's adding to the last one's end */
  run(tasks: number, way: Way): Promise<number>;
}

/** Starts the Redis, which syncs each write. @returns nothing where there is no Redis on this machine */
export async function openBullmq(): Promise<BullmqBench | undefined> {
  if (findCommand('redis-server') === undefined) return undefined;
  const server = await startRedisServer({ persistent: true });
  const connection = { host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null };
  let rounds = 0;
  return {
    async run(tasks, way) {
      rounds += 1;
      const name = `bench-${rounds}`;
      const queue = new Queue(name, { connection });
      let left = tasks;
      let onDone = (): void => {};
      const done = new Promise<void>((resolve) => {
        onDone = resolve;
      });
      const worker = new Worker(name, async () => {}, { connection, concurrency: CONCURRENCY });
      worker.on('completed', () => {
        left -= 1;
        if (left === 0) onDone();
      });
      await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
      const startMs = performance.now();
      if (way === 'bulk')
        await queue.addBulk(Array.from({ length: tasks }, () => ({ name: 'noop', data: null })));
      else await Promise.all(Array.from({ length: tasks }, () => queue.add('noop', null)));
      await done;
      const ms = performance.now() - startMs;
      await worker.close();
      await queue.obliterate({ force: true });
      await queue.close();
      return ms;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
