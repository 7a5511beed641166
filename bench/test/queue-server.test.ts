// The example's server with real clients, and what it answers to those that it can't help.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpPort } from '../queue/clients/http-port.ts';
import { type ServerProcess, startServer } from '../queue/clients/server-process.ts';
import { type Begun, runSession } from '../queue/clients/session.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framerail-bench-server-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a hundred clients lose nothing over HTTP', async () => {
  await using server = await startServer(join(folder, 'clients.db'));
  const begun: Begun = new Map();
  using port = httpPort(server.base, begun);
  const outcome = await runSession({ port, clients: 100, ms: 4000, restMs: 40, seed: 3 }, begun);
  expect(outcome.wrong).toEqual([]);
  expect(outcome.tasks).toBeGreaterThan(100);
});

test('tasks go on where a killed server left them', async () => {
  const db = join(folder, 'killed.db');
  const add = (base: string, ms: number) =>
    fetch(`${base}/tasks`, { method: 'POST', body: JSON.stringify({ name: 'wait', data: { ms } }) });
  const ids: string[] = [];
  {
    await using server = await startServer(db);
    for (const ms of [60_000, 5])
      ids.push(((await (await add(server.base, ms)).json()) as { id: string }).id);
    await (await fetch(`${server.base}/tasks/${ids[1]}/progress`)).text();
    await server.kill();
  }
  await using server = await startServer(db);
  const [long, short] = ids;
  expect(await (await fetch(`${server.base}/tasks/${short}`)).json()).toMatchObject({ state: 'completed' });
  // The second attempt of it tells that it began.
  const events = (await fetch(`${server.base}/tasks/${long}/progress`)).body?.getReader();
  expect(Buffer.from((await events?.read())?.value ?? []).toString()).toContain('"stage":"read"');
  await events?.cancel();
  expect(await (await fetch(`${server.base}/tasks/${long}`)).json()).toMatchObject({
    state: 'active',
    attempts: 2,
  });
  await fetch(`${server.base}/tasks/${long}`, { method: 'DELETE' });
  const end = await (await fetch(`${server.base}/tasks/${long}/progress`)).text();
  expect(end).toContain('"state":"cancelled"');
  expect(await server.stop()).toBe(0);
});

describe('what can’t be done is told', () => {
  let server: ServerProcess | undefined;
  beforeAll(async () => {
    server = await startServer(join(folder, 'refusals.db'));
  });
  afterAll(async () => void (await server?.stop()));

  test.each([
    ['GET', '/tasks/0000000000000099', undefined, 404, 'E_TASK_UNKNOWN'],
    ['GET', '/tasks/0000000000000099/progress', undefined, 404, 'E_TASK_UNKNOWN'],
    ['GET', '/tasks?limit=0', undefined, 400, 'E_INVALID_ARGUMENT'],
    ['GET', '/tasks?state=lost', undefined, 400, 'E_INVALID_ARGUMENT'],
    ['GET', '/nothing', undefined, 404, 'E_NOT_FOUND'],
    ['POST', '/tasks', '{"name":', 400, 'E_UNEXPECTED'],
    ['POST', '/tasks', '7', 400, 'E_UNEXPECTED'],
    ['POST', '/tasks', '{"data":1}', 400, 'E_INVALID_ARGUMENT'],
    ['POST', '/tasks', '{"name":"wait","priority":"high"}', 400, 'E_INVALID_ARGUMENT'],
    ['POST', '/tasks', `{"name":"wait","data":"${'x'.repeat(2 ** 20 + 1)}"}`, 413, 'E_TASK_DATA_TOO_LARGE'],
    ['POST', '/tasks', '{"name":"wait","after":["0000000000000099"]}', 404, 'E_TASK_UNKNOWN'],
  ])('%s %s', async (method, path, body, status, code) => {
    const answer = await fetch((server?.base ?? '') + path, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code } });
  });
});
