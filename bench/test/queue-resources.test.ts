// The bench `queue resources` with fewer tasks.
import { expect, test } from 'vitest';
import { measureResources } from '../queue/resources.ts';

test('tasks of a worker share what is slow to load', { timeout: 120_000 }, async () => {
  const { results, claims } = await measureResources({ log: () => {}, seed: 1, rounds: 1, quick: true });
  expect(results.length).toBeGreaterThan(0);
  const loads = claims.filter(({ id }) => id.endsWith('loads-per-worker'));
  expect(loads.length).toBeGreaterThan(0);
  for (const { id, value } of loads) expect(value, id).toBe(1);
});
