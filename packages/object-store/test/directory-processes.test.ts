import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { randomNumbers, sampleBytes } from '../src/contract/sample-bytes.js';
import { openDirectoryStore } from '../src/directory.js';
import { bundleProgram, startProgram } from './directory/programs.js';
import { temporaryFolder } from './temporary-folder.js';

const KILLS = 25;

test('a writer that is killed loses nothing that it was told is stored, and leaves nothing half', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'store');
  const program = await bundleProgram('writer', folder);
  const random = randomNumbers(7);
  const acknowledged = new Map<string, number>();
  for (let turn = 0; turn < KILLS; turn += 1) {
    const { child, lines, ended } = startProgram(program, [path, turn % 2 ? 'sync' : 'none', String(turn)]);
    while (!lines().includes('open')) await new Promise((resolve) => setTimeout(resolve, 2));
    await new Promise((resolve) => setTimeout(resolve, random() * 60));
    child.kill('SIGKILL');
    await ended;

    acknowledged.clear();
    for (const line of lines()) {
      const match = /^(key \d) (\d+)$/.exec(line);
      if (match !== null) acknowledged.set(match[1] as string, Number(match[2]));
    }
    await using store = await openDirectoryStore({ path, durability: 'none', timeoutMs: 5000 });
    expect(readdirSync(join(path, 'incoming'))).toEqual([]);
    for (const [key, version] of acknowledged) {
      const bytes = await (await store.get(key))?.bytes();
      const found = new DataView(bytes?.buffer ?? new ArrayBuffer(4)).getUint32(0);
      // The last put may have been done without having been acknowledged.
      expect(found).toBeGreaterThanOrEqual(version);
      const expected = sampleBytes(bytes?.byteLength ?? 0, found);
      expect(Buffer.compare(bytes?.subarray(4) ?? expected, expected.subarray(4))).toBe(0);
    }
    // A lock that the dead one held is in nobody's way.
    for (let key = 0; key < 5; key += 1) await store.put(`key ${key}`, Buffer.from([0, 0, 0, 0]));
    expect((await store.list()).blobs).toHaveLength(5);
  }
});

test('processes that count a blob up lose no step, and one alone makes a new blob', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'store');
  await using store = await openDirectoryStore({ path, durability: 'none' });
  await store.put('counter', Buffer.from('0'));
  const program = await bundleProgram('counter', folder);
  const counters = Array.from({ length: 3 }, () => startProgram(program, [path, '25']));
  expect(await Promise.all(counters.map(({ ended }) => ended))).toEqual([0, 0, 0]);
  const bytes = await (await store.get('counter'))?.bytes();
  expect(Buffer.from(bytes ?? []).toString()).toBe('75');
  const firsts = counters.flatMap(({ lines }) => lines());
  expect(new Set(firsts).size).toBe(firsts.length);
  expect(firsts.length).toBeGreaterThan(0);
  expect(readdirSync(join(path, 'locks'))).toEqual([]);
});

test('what a living process is writing is not swept away', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'store');
  const program = await bundleProgram('writer', folder);
  const { child, lines, ended } = startProgram(program, [path, 'none', '1']);
  try {
    while (lines().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    // The other one lives: what it is writing must stay, or it would fail.
    for (let turn = 0; turn < 50; turn += 1) await (await openDirectoryStore({ path })).close();
    expect(child.exitCode).toBe(null);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});
