import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NativeProcessOptions } from '../src/index.js';
import { addon, hasAddon } from './addon.js';
import { anyColor, anyEdits, anyFormat, fillNoise, imageOf, REC709 } from './images.js';

const side = fc.integer({ min: 1, max: 70 });

/** A call whose target is as large as the last scale says; both of a call and its twin start from the same noise. */
const anyCall = fc
  .record({
    source: fc.tuple(anyFormat, side, side, fc.nat(9)),
    sourceColor: anyColor,
    edits: anyEdits,
    scale: fc.option(fc.tuple(side, side)),
    target: fc.tuple(anyFormat, fc.nat(9)),
    targetColor: anyColor,
    upsampling: fc.constantFrom('nearest' as const, 'bilinear' as const),
    threads: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    seed: fc.nat(),
  })
  .map(({ source, edits, scale, target, threads, seed, ...rest }) => {
    const from = imageOf(...source);
    fillNoise(from.data, seed);
    const [width, height] = scale ?? [from.width, from.height];
    const operations = scale ? [...edits, { type: 'scale' as const, width, height }] : edits;
    const makeTarget = () => {
      const image = imageOf(target[0], width, height, target[1]);
      fillNoise(image.data, seed + 1);
      return image;
    };
    const options = threads === undefined ? {} : { threads };
    return { call: { ...rest, ...options, source: from, operations }, makeTarget };
  });

describe.runIf(hasAddon)('process', () => {
  test('gives what processSync gives, on every instruction set, and touches nothing else', async () => {
    const sets = addon().instructionSets();
    expect(sets.at(-1)).toBe('scalar');
    const property = fc.asyncProperty(anyCall, async ({ call, makeTarget }) => {
      const expected = makeTarget();
      addon().processSync({ ...call, target: expected, instructionSet: 'scalar', threads: 1 });
      const targets = sets.map(() => makeTarget());
      await Promise.all(
        targets.map((target, index) =>
          addon().process({ ...call, target, instructionSet: sets[index] ?? 'scalar' }),
        ),
      );
      for (const [index, target] of targets.entries())
        if (Buffer.compare(target.data, expected.data) !== 0) throw new Error(`${sets[index]} differs`);
      const byDefault = makeTarget();
      await addon().process({ ...call, target: byDefault });
      expect(Buffer.compare(byDefault.data, expected.data)).toBe(0);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  const longCall = (): NativeProcessOptions => ({
    source: imageOf('NV12', 64, 64),
    sourceColor: REC709,
    operations: Array.from({ length: 3 }, () => ({ type: 'scale', width: 6000, height: 4000 })),
    target: imageOf('NV12', 6000, 4000),
    targetColor: REC709,
    upsampling: 'bilinear',
    threads: 1,
    instructionSet: 'scalar',
  });

  test('the event loop goes on meanwhile', async () => {
    let turns = 0;
    const interval = setInterval(() => {
      turns += 1;
    }, 1);
    await addon().process(longCall());
    clearInterval(interval);
    expect(turns).toBeGreaterThan(0);
  });

  test('files are read meanwhile, however many calls are under way', async () => {
    // Twice the threads that libuv reads files with.
    let settled = 0;
    const calls = Array.from({ length: 8 }, async () => {
      await addon().process(longCall());
      settled += 1;
    });
    await readFile(new URL(import.meta.url));
    expect(settled).toBeLessThan(8);
    await Promise.all(calls);
  });

  test('memory under way is refused to whoever would change it, and free afterwards', async () => {
    const first = longCall();
    const running = addon().process(first);
    const busy = expect.objectContaining({ code: 'E_BUFFER_BUSY' });
    await expect(addon().process({ ...longCall(), target: first.target })).rejects.toThrow(busy);
    await expect(addon().process({ ...longCall(), source: first.target })).rejects.toThrow(busy);
    expect(() => addon().processSync({ ...longCall(), target: first.target })).toThrow(busy);
    const sharing = addon().process({ ...longCall(), source: first.source });
    await Promise.all([running, sharing]);
    await addon().process({ ...first, operations: first.operations.slice(0, 1) });
  });

  test('a target may lie beside its source in one ArrayBuffer, but not over it', () => {
    const memory = new ArrayBuffer(200);
    const plane = [{ offset: 0, stride: 20 }];
    const at = (start: number) =>
      ({
        data: new Uint8Array(memory, start, 100),
        format: 'RGBA',
        width: 5,
        height: 5,
        planes: plane,
      }) as const;
    const call = { ...longCall(), operations: [], source: at(0) };
    fillNoise(call.source.data, 1);
    addon().processSync({ ...call, target: at(100) });
    expect(Buffer.compare(at(100).data, at(0).data)).toBe(0);
    expect(() => addon().processSync({ ...call, target: at(99) })).toThrow(
      'Expected a target that shares no memory with what is read',
    );
  });
});
