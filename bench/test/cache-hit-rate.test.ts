// The default policy beside LRU and W-TinyLFU with a fixed window, on traces that are made up.

import { simulate } from '@framerail/multilevel-cache/simulator';
import { expect, test } from 'vitest';
import { measureFamily } from '../cache/hit-rate/family-gaps.ts';
import { GENERATED, loadGenerated } from '../cache/hit-rate/generated.ts';
import { peerHitRates } from '../cache/hit-rate/peers.ts';

/** The bench's limits are a point; other seeds than its own are given a little more. */
const MAY_LACK = 1.5;

test.each(GENERATED.map((generated) => [generated.name, generated] as const))(
  'on %s the default is about as good as the better of them',
  async (_, generated) => {
    const trace = loadGenerated(generated, 7);
    const { results } = await simulate({ trace, sizes: generated.sizes });
    for (const { size, policies, opt } of results) {
      const ours = 100 * (policies.find((one) => one.default)?.hitRate ?? 0);
      const peers = peerHitRates(trace, size);
      const lru = 100 * (policies.find(({ policy }) => policy === 'lru')?.hitRate ?? 0);
      expect(lru, `lru at ${size}`).toBeCloseTo(peers['lru-cache'] ?? Number.NaN, 6);
      expect(ours, `at ${size}`).toBeGreaterThanOrEqual(Math.max(...Object.values(peers)) - MAY_LACK);
      expect(ours).toBeLessThanOrEqual(100 * opt);
    }
  },
);

test('on families of traces it is ahead on the whole, and seldom behind by more than a point', async () => {
  const gaps: number[] = [];
  for (const family of ['loop', 'drifting-zipf', 'recency', 'bursts', 'editing', 'files'])
    gaps.push(...(await measureFamily(family, 4001, 2)));
  expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeGreaterThan(0);
  expect(gaps.filter((gap) => gap < -1).length / gaps.length).toBeLessThan(0.2);
});
