// A shorter run of `bench queue crash`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../../scripts/testing/redis-server.js';
import { requireProgram } from '../../scripts/testing/require.js';
import { ownerTrials, sharedTrials, type TrialContext, workerTrials } from '../queue/crash/kills.ts';
import { bundlePrograms, type Programs } from '../queue/programs.ts';

const NOTHING_WRONG = { lost: 0, twice: 0, begunTwice: 0 };
const RESTART_LIMIT_MS = 10_000;

let folder = '';
let programs: Programs;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-queue-crash-'));
  programs = await bundlePrograms(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function trials(newStore: TrialContext['newStore']): void {
  let own = '';
  beforeEach(() => {
    own = mkdtempSync(join(folder, 'trials-'));
  });
  afterEach(() => rmSync(own, { recursive: true, force: true }));
  const context = (): TrialContext => ({
    folder: own,
    programs,
    newStore: (name) => newStore(`${own}-${name}`),
    seed: 20_240_229,
    log: (text) => console.log(text),
  });

  test('what was acknowledged outlives owners that are killed, and is completed once', {
    timeout: 240_000,
  }, async () => {
    const row = await ownerTrials(context(), 12);
    expect(row).toMatchObject({ kills: 12, ...NOTHING_WRONG });
    expect(row.restartsMs.length).toBeGreaterThan(0);
    expect(Math.max(...row.restartsMs)).toBeLessThan(RESTART_LIMIT_MS);
  });

  test('the other owner of a store goes on with what a killed one did', { timeout: 240_000 }, async () => {
    expect(await sharedTrials(context(), 4)).toMatchObject({ kills: 4, ...NOTHING_WRONG });
  });

  test('tasks of killed workers are done by others', { timeout: 240_000 }, async () => {
    expect(await workerTrials(context(), 6)).toMatchObject({ kills: 6, ...NOTHING_WRONG });
  });
}

describe('sqlite', () => {
  trials((name) => ({ kind: 'sqlite', path: `${name}.db`, program: programs.sqliteWorker }));
});

describe.runIf(requireProgram('redis-server'))('bullmq', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer({ persistent: true });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  trials((queue) => ({ kind: 'bullmq', url: server.url, queue, program: programs.bullmqWorker }));
});
