import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyLog } from '../../src/analytics/key-log.js';
import '../../../../scripts/testing/seed.js';

describe('the log of keys', () => {
  it('knows every use of the latest half of its keys, and never more keys than it may', () => {
    const heard = fc.array(fc.nat(30), { maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 25 }), heard, (maxKeys, keys) => {
        let now = 0;
        const log = new KeyLog(maxKeys, () => now);
        // Uses of each key since it was last forgotten, or may have been.
        const uses = new Map<number, number>();
        for (const key of keys) {
          now += 1;
          const before = log.uses(`${key}`);
          log.used(`${key}`);
          uses.set(key, (uses.get(key) ?? 0) + 1);
          if (maxKeys > 0) expect(log.describe(`${key}`)).toMatchObject({ uses: before + 1, lastUseMs: now });
          const known = [...uses.keys()].filter((one) => log.uses(`${one}`) > 0);
          expect(known.length).toBeLessThanOrEqual(maxKeys);
          for (const one of uses.keys()) if (!known.includes(one)) uses.delete(one);
          for (const one of known) expect(log.uses(`${one}`)).toBe(uses.get(one));
        }
        const latest = [...new Set(keys.toReversed())].slice(0, Math.floor(maxKeys / 2));
        for (const key of latest) expect(log.uses(`${key}`)).toBeGreaterThan(0);
      }),
    );
  });
});
