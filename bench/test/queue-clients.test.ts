// The parts `clients` and `bulk` of the bench `queue`, in short: clients lose nothing, with any of the contenders.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueue, memory } from '@framerail/task-queue';
import { sqlite } from '@framerail/task-queue/sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { bundled } from '../cache/bundled.ts';
import { measureBulk } from '../queue/bulk.ts';
import { inTurn } from '../queue/clients/in-turn.ts';
import { oneLock } from '../queue/clients/one-lock.ts';
import { inProcessPort } from '../queue/clients/queue-port.ts';
import { defineWork, runSession } from '../queue/clients/session.ts';

const SECONDS = 3;
const KEEP = { count: 1_000_000 };
const folder = await mkdtemp(join(tmpdir(), 'framerail-bench-clients-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const worker = new URL('../../packages/task-queue/src/sqlite-worker.ts', import.meta.url).pathname;
const program = await bundled(worker, join(folder, 'sqlite-worker.mjs'));
const engines = {
  memory: () => memory(),
  sqlite: (name: string) => sqlite({ path: join(folder, `${name}.db`), program }),
};

describe('a hundred clients that add, watch, cancel and ask at once', () => {
  test.each([
    ['memory', engines.memory],
    ['a file', () => engines.sqlite('file')],
    ['a file whose calls come one after another', () => inTurn(engines.sqlite('in-turn'))],
  ])('lose nothing of a queue in %s', async (_, engine) => {
    await using queue = createQueue({
      engine: engine(),
      slots: 32,
      lanes: { default: { concurrency: 32 } },
      retention: { completed: KEEP, cancelled: KEEP, failed: KEEP },
    });
    const begun = defineWork(queue);
    const port = inProcessPort(queue);
    const options = { port, clients: 100, ms: SECONDS * 1000, restMs: 5, seed: 7 };
    const outcome = await runSession(options, begun);
    expect(outcome.wrong).toEqual([]);
    expect(outcome.tasks).toBeGreaterThan(100);
    expect(outcome.queriesPerSecond).toBeGreaterThan(0);
    expect((await queue.stats()).counts).toMatchObject({
      blocked: 0,
      delayed: 0,
      waiting: 0,
      active: 0,
      failed: 0,
    });
  });

  test('lose nothing of a store behind one lock', async () => {
    await using locked = await oneLock(engines.sqlite('locked'), 32);
    const options = { port: locked.port, clients: 100, ms: SECONDS * 1000, restMs: 5, seed: 7 };
    const outcome = await runSession(options, locked.begun);
    expect(outcome.wrong).toEqual([]);
    expect(outcome.tasks).toBeGreaterThan(100);
  });
});

test('what is added in bulk is measured, with what it costs the event loop', async () => {
  const context = { log: () => {}, seed: 1, rounds: 1, quick: true };
  const { results, claims } = await measureBulk(context, { program });
  expect(results.map(({ id }) => id)).toContain('sqlite/loop-p99-own');
  for (const { id, value } of [...results, ...claims]) expect(value, id).toBeGreaterThan(0);
});
