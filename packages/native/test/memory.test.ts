import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NativeAllocateOptions } from '../src/index.js';
import { addon, addonFile, hasAddon } from './addon.js';
import { spawnScript } from './child.js';

describe.runIf(hasAddon)('memory', () => {
  test('has the length that was asked for, is zero, and is nobody else’s', () => {
    const length = fc.oneof(
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 2_000_000, max: 5_000_000 }),
    );
    const options = fc.record({ hugePages: fc.boolean(), prefault: fc.boolean() }, { requiredKeys: [] });
    const run = (byteLength: number, wishes: NativeAllocateOptions) => {
      const [first, second] = [addon().allocate(byteLength, wishes), addon().allocate(byteLength, wishes)];
      expect([first.byteLength, first.buffer.byteLength, first.byteOffset]).toEqual([
        byteLength,
        byteLength,
        0,
      ]);
      expect(Buffer.compare(first, new Uint8Array(byteLength))).toBe(0);
      first.fill(255);
      expect(Buffer.compare(second, new Uint8Array(byteLength))).toBe(0);
    };
    fc.assert(fc.property(length, options, run), { numRuns: 60 });
  });

  test('options may be left out', () => {
    expect(addon().allocate(10, undefined).length).toBe(10);
    expect(addon().allocate(10, {}).length).toBe(10);
  });

  test('is counted while it lives, and given back when it is collected', async () => {
    const script = `
      const { allocate } = require(${JSON.stringify(addonFile())});
      const { readFileSync } = require('node:fs');
      const size = 1 << 26;
      const before = process.memoryUsage();
      let memory = allocate(size, { prefault: true });
      const held = process.memoryUsage();
      memory = undefined;
      const collected = async () => {
        for (;;) {
          gc();
          await new Promise(setImmediate);
          const now = process.memoryUsage();
          if (now.rss < held.rss - size / 2 && now.external < held.external - size / 2) return now;
        }
      };
      collected().then((after) => console.log(JSON.stringify({
        held: held.external - before.external - size,
        left: after.external - before.external,
      })));
    `;
    await using child = spawnScript(script, ['--expose-gc']);
    const { held, left } = JSON.parse(String(await child.output));
    // Once and not twice; other small buffers come and go.
    for (const bytes of [held, left]) expect(Math.abs(bytes)).toBeLessThan(1 << 20);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 34, '8', undefined, null])('refuses a length of %s', (length) => {
    const allocate = () => addon().allocate(length as number);
    expect(allocate).toThrow('Expected an integer from 1 to 8589934592 for byteLength but received');
    expect(allocate).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
  });

  test('refuses options of another kind', () => {
    const allocate = (options: unknown) => () => addon().allocate(8, options as NativeAllocateOptions);
    expect(allocate({ hugePages: 1 })).toThrow('Expected true or false for options.hugePages but received 1');
    expect(allocate('huge')).toThrow("Expected an object for options but received 'huge'");
  });
});
