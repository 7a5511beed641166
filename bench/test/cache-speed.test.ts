// The parts of the bench `cache speed` in short: every contender answers with what was put, and nothing of it stays.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { measureSpeed } from '../cache/speed.ts';

test('calls of a cache are measured beside its peers', async () => {
  const leftBefore = leftovers();
  const { results, claims } = await measureSpeed({ log: () => {}, seed: 1, rounds: 1, quick: true });
  const figures = new Map(results.map((result) => [result.id, result]));
  expect([...figures.keys()].map((id) => id.split('/')[0])).toEqual(
    expect.arrayContaining(['memory', 'two-tiers', 'disk']),
  );
  for (const { id, value, peers } of results)
    for (const figure of [value, ...Object.values(peers)]) expect(figure, id).toBeGreaterThan(0);
  expect(Object.keys(figures.get('memory/1000-zipf/get-sync')?.peers ?? {})).toContain('lru-cache');
  expect(Object.keys(figures.get('two-tiers/in-memory')?.peers ?? {})).toEqual(
    expect.arrayContaining(['bentocache', 'cacheable']),
  );
  expect(Object.keys(figures.get('disk/4KiB/put')?.peers ?? {})).toEqual(['cacache']);
  for (const { id, value } of claims) expect(value, id).toBeGreaterThan(0);
  expect(leftovers()).toEqual(leftBefore);
});

function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('framerail-bench-speed-'));
}
