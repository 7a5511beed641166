import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Permitted, permitted } from '../../src/order/rate-window.js';

const ask = fc.record({
  waitMs: fc.constantFrom(0, 1, 10, 49, 100, 250),
  wanted: fc.integer({ min: 0, max: 8 }),
});

test('no time sees more than was permitted, and nobody waits for longer than has to be', () => {
  fc.assert(
    fc.property(
      fc.array(ask, { maxLength: 60 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 200 }),
      (asks, max, perMs) => {
        const begun: number[] = [];
        let past: readonly Permitted[] = [];
        let nowMs = 1000;
        for (const { waitMs, wanted } of asks) {
          nowMs += waitMs;
          const answer = permitted(past, { key: 'a', max, perMs, wanted, nowMs });
          past = answer.past;
          const recent = begun.filter((atMs) => atMs > nowMs - perMs).length;
          expect(answer.count).toBe(Math.min(wanted, max - recent));
          for (let one = 0; one < answer.count; one += 1) begun.push(nowMs);
          expect(past.length).toBeLessThanOrEqual(max);
        }
      },
    ),
  );
});

test('a clock that is put back holds nothing up for longer than the limit’s time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1000 }), (backMs, perMs) => {
      const limit = { key: 'a', max: 3, perMs, wanted: 3 };
      const { past } = permitted([], { ...limit, nowMs: 2e9 });
      const first = permitted(past, { ...limit, nowMs: 2e9 - backMs });
      expect(first.count).toBe(0);
      expect(permitted(first.past, { ...limit, nowMs: 2e9 - backMs + perMs }).count).toBe(3);
    }),
  );
});
