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

  test('lies on a page’s boundary, and every array says where it lies', () => {
    const memory = addon().allocate(10_000);
    expect(addon().addressOf(memory) % 4096).toBe(0);
    expect(addon().addressOf(memory.subarray(123)) - addon().addressOf(memory)).toBe(123);
    const shared = new Uint8Array(new SharedArrayBuffer(64));
    expect(addon().addressOf(shared.subarray(9)) - addon().addressOf(shared)).toBe(9);
    // Small arrays begin in V8's heap, where they would move.
    const small = new Uint8Array(8);
    const address = addon().addressOf(small);
    expect(address).toBeGreaterThan(0);
    expect(addon().addressOf(small)).toBe(address);
    expect(addon().addressOf(new Uint8Array(0))).toBe(0);
  });

  test.each([
    ['no array', 5],
    ['nothing', undefined],
    ['an array of another kind', new Uint16Array(4)],
    ['a buffer', new ArrayBuffer(8)],
    ['a view of a buffer that may grow', new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 } as never))],
  ])('addressOf refuses %s', (_, value) => {
    const call = () => addon().addressOf(value as Uint8Array);
    expect(call).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
    expect(call).toThrow('for array but received');
  });

  test.runIf(process.platform === 'linux')(
    'is given back at once: before the event loop turns, and in whichever thread it lies',
    async () => {
      const script = `
      const { allocate, free } = require(${JSON.stringify(addonFile())});
      const { readFileSync } = require('node:fs');
      const resident = () => Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4096;
      const size = 1 << 26;
      const before = resident();
      const memory = allocate(size, { prefault: true });
      free(memory);
      // On a thread of the addon's: this one doesn't come to the event loop.
      while (resident() > before + size / 2);
      let peak = 0;
      for (let round = 0; round < 40; round += 1) {
        free(allocate(size, { prefault: true }));
        peak = Math.max(peak, resident() - before);
      }
      const moved = new Uint8Array(allocate(100).buffer.transfer());
      free(moved);
      console.log(JSON.stringify([memory.length, memory.buffer.byteLength, moved.length, peak < 4 * size]));
    `;
      await using child = spawnScript(script);
      expect(JSON.parse(String(await child.output))).toEqual([0, 0, 0, true]);
    },
  );

  test('stays under a call that was given it', async () => {
    const [width, height] = [640, 360];
    const color = { matrix: 'bt709', fullRange: false, chromaLocation: 'left' } as const;
    const planes = [{ offset: 0, stride: width * 4 }];
    const image = () => ({
      data: addon().allocate(width * height * 4),
      format: 'RGBA' as const,
      width,
      height,
      planes,
    });
    const calls = Array.from({ length: 10 }, () => {
      const [source, target] = [image(), image()];
      const call = addon().process({
        source,
        target,
        operations: [],
        sourceColor: color,
        targetColor: color,
        upsampling: 'nearest',
      });
      for (const { data } of [source, target]) addon().free(data);
      return call;
    });
    await Promise.all(calls);
  });

  test.each([
    ['a part', () => addon().allocate(100).subarray(1)],
    ['the beginning', () => addon().allocate(100).subarray(0, 99)],
    ['memory of JavaScript’s', () => new Uint8Array(100)],
    ['shared memory', () => new Uint8Array(new SharedArrayBuffer(100))],
    ['nothing', () => new Uint8Array(0)],
    [
      'what was freed',
      () => {
        const memory = addon().allocate(100);
        addon().free(memory);
        return memory;
      },
    ],
  ])('free refuses %s, and takes nothing away', (_, make) => {
    const memory = make();
    const length = memory.byteLength;
    const free = () => addon().free(memory);
    expect(free).toThrow('Expected all of the memory of an allocate() or mapFd() for memory but received');
    expect(free).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
    expect(memory.byteLength).toBe(length);
  });
});
