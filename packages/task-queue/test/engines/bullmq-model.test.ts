import { afterAll, describe, test } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import type { TaskEngine } from '../../src/index.js';
import { startBullmqServer } from './bullmq-servers.js';
import { holdAgainstModel } from './model.js';

describe.runIf(requireProgram('redis-server'))('the bullmq engine', async () => {
  const redis = await startBullmqServer();
  afterAll(() => redis[Symbol.asyncDispose]());

  test('does what the model does', { timeout: 240_000 }, async () => {
    const queues = new Map<TaskEngine, string>();
    const open = async (queue: string): Promise<TaskEngine> => {
      const engine = redis.engine({ queue });
      await engine.open();
      queues.set(engine, queue);
      return engine;
    };
    await holdAgainstModel({
      numRuns: 40,
      maxCommands: 100,
      isExact: true,
      open: () => open(redis.queue()),
      async reopen(engine) {
        const next = await open(queues.get(engine) as string);
        await engine.close();
        return next;
      },
    });
  });

  test('does so while Redis itself crashes', { timeout: 240_000 }, async () => {
    await using crashing = await startBullmqServer({ persistent: true });
    await holdAgainstModel({
      numRuns: 8,
      maxCommands: 60,
      isExact: true,
      async open() {
        const engine = crashing.engine();
        await engine.open();
        return engine;
      },
      // The process stays; what is kept is what Redis wrote down.
      async reopen(engine) {
        await crashing.server.kill();
        await crashing.server.start();
        return engine;
      },
    });
  });
});
