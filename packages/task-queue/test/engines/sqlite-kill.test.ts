import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { sqlite } from '../../src/sqlite.js';
import { bundle, sqliteFiles } from './sqlite-files.js';

const KILLS = 15;
const PROCESSES = 2;

const files = await sqliteFiles();
afterAll(() => files[Symbol.asyncDispose]());

/** What processes were told before they were killed. */
class Ledger {
  readonly added = new Set<string>();
  readonly completed = new Map<string, string>();

  hear(line: string, owner: string): void {
    const [what, ids = ''] = line.split(' ');
    for (const id of ids.split(',')) {
      if (what === 'added') this.added.add(id);
      if (what !== 'completed') continue;
      // Twice would be under two tokens.
      expect(this.completed.has(id)).toBe(false);
      this.completed.set(id, owner);
    }
  }
}

async function workUntilKilled(
  { program, worker, path }: { program: string; worker: string; path: string },
  { owner, seed, afterMs, ledger }: { owner: string; seed: number; afterMs: number; ledger: Ledger },
): Promise<void> {
  const child = spawn(process.execPath, [program, path, worker, String(seed), owner], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const ended = once(lines, 'close');
  const opened = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if (line.startsWith('open')) resolve();
      else ledger.hear(line, owner);
    });
  });
  await Promise.race([opened, exited]);
  await pause(afterMs);
  child.kill('SIGKILL');
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  await ended;
}

test(`loses nothing that was acknowledged, however often processes are killed`, {
  timeout: 240_000,
}, async () => {
  const path = files.path();
  const program = await bundle('./sqlite-worked.ts', files.folder);
  // Of the sources, whichever package is tested: the bundle knows no other place.
  const worker = await bundle('sqlite-worker.ts', files.folder);
  const ledger = new Ledger();
  for (let kill = 0; kill < KILLS; kill += 1) {
    await Promise.all(
      Array.from({ length: PROCESSES }, (_, at) => {
        const seed = kill * PROCESSES + at + 1;
        const afterMs = (seed * 7919) % 200;
        return workUntilKilled({ program, worker, path }, { owner: `p${seed}`, seed, afterMs, ledger });
      }),
    );
    const dead = Array.from({ length: PROCESSES }, (_, at) => `p${kill * PROCESSES + at + 1}`);
    await using engine = sqlite({ path, ...files.program });
    engine.on('setAside', ({ reason }) => expect.unreachable(reason));
    await engine.open();
    await engine.expire(Date.now(), dead);
    expect(await engine.owners()).toEqual([]);
    for (const id of ledger.added) expect((await engine.get([id]))[0]?.id).toBe(id);
    for (const [id, owner] of ledger.completed)
      expect((await engine.get([id]))[0]).toMatchObject({ state: 'completed', result: `"${owner}"` });
  }
  expect(ledger.completed.size).toBeGreaterThan(0);
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  const counted = database.prepare(
    'SELECT lane, grp, count(*) AS size, sum(state = 2) AS waiting, sum(state = 4) AS completed FROM tasks GROUP BY 1, 2 ORDER BY 1, 2',
  );
  const kept = database.prepare(
    'SELECT lane, grp, size, waiting, completed FROM groups WHERE size > 0 ORDER BY 1, 2',
  );
  expect(kept.all()).toEqual(counted.all());
  database.close();
});
