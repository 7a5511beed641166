// The parts of the bench `queue speed` in short: every contender does all of its tasks, and nothing of it stays.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundlePrograms } from '../queue/programs.ts';
import { measureSpeed } from '../queue/speed.ts';

const folder = mkdtempSync(join(tmpdir(), 'framerail-queue-speed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('tasks of a queue are measured beside its peers', { timeout: 120_000 }, async () => {
  const leftBefore = leftovers();
  const context = { log: () => {}, seed: 1, rounds: 1, quick: true };
  const { results, claims } = await measureSpeed(context, await bundlePrograms(folder));
  const figures = new Map(results.map((result) => [result.id, result]));
  for (const { id, value, peers } of results)
    for (const figure of [value, ...Object.values(peers)]) expect(figure, id).toBeGreaterThan(0);
  expect(Object.keys(figures.get('memory/bulk')?.peers ?? {})).toEqual(['p-queue']);
  expect(Object.keys(figures.get('durable/bulk')?.peers ?? {})).toContain('plainjob');
  expect(Object.keys(figures.get('threads/results')?.peers ?? {})).toEqual(['piscina']);
  for (const { id, value } of claims) expect(value, id).toBeGreaterThan(0);
  expect(leftovers()).toEqual(leftBefore);
});

function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('framerail-bench-queue-'));
}
