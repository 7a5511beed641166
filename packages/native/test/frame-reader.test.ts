import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FrameReaderOptions } from '../src/index.js';
import { addon, codeOf, hasAddon, openFiles, pipeThreads, until } from './addon.js';
import { spawnWriter } from './child.js';

/** Writes the bytes of a counter in pieces of the given sizes. */
const writerOf = (sizes: readonly number[]) => `
  const { writeSync } = require('node:fs');
  let at = 0;
  for (const size of ${JSON.stringify(sizes)}) {
    const piece = Buffer.from({ length: size }, () => 0);
    for (let index = 0; index < size; index += 1) piece[index] = (at + index) * 31 >>> ((at + index) % 11);
    try {
      for (let done = 0; done < size; done += writeSync(1, piece, done));
    } catch {
      // The targets are full, and the test has closed the pipe.
      process.exit(1);
    }
    at += size;
  }
`;
const expectedByte = (at: number) => ((at * 31) >>> (at % 11)) & 255;

describe.runIf(hasAddon)('frame reader', () => {
  test('fills memory in order however the bytes come, and says where they end', async () => {
    const sizes = fc.array(fc.oneof(fc.nat(100), fc.nat(200_000)), { maxLength: 12 });
    const targets = fc.array(fc.oneof(fc.nat(100), fc.nat(300_000)), { minLength: 1, maxLength: 12 });
    const run = async (pieces: number[], lengths: number[], capacityBytes: number) => {
      const reader = new (addon().FrameReader)({ capacityBytes });
      await using child = spawnWriter(reader, process.execPath, ['--eval', writerOf(pieces)]);
      const total = pieces.reduce((sum, size) => sum + size, 0);
      const arrays = lengths.map((length) => new Uint8Array(length + 1));
      const counts = await Promise.all(
        arrays.map((array, index) => reader.read(array.subarray(0, lengths[index]))),
      );
      let at = 0;
      for (const [index, count] of counts.entries()) {
        expect(count).toBe(Math.min(lengths[index] ?? 0, total - at));
        const array = arrays[index] ?? new Uint8Array();
        for (let byte = 0; byte < array.length; byte += 1)
          if (array[byte] !== (byte < count ? expectedByte(at + byte) : 0))
            throw new Error(`byte ${byte} of target ${index}`);
        at += count;
      }
      expect(reader.stats().bytesRead).toBe(at);
      reader.close();
      child.process.kill('SIGKILL');
    };
    const capacity = fc.constantFrom(4096, 1_048_576);
    await fc.assert(fc.asyncProperty(sizes, targets, capacity, run), { numRuns: 25 });
  });

  test('the end may come in mid-target, and comes again to every later read', async () => {
    const reader = new (addon().FrameReader)();
    await using child = spawnWriter(reader, 'printf', ['12345']);
    const target = new Uint8Array(8);
    expect(await reader.read(target)).toBe(5);
    expect(Buffer.from(target).toString('latin1')).toBe('12345\0\0\0');
    expect(await reader.read(target)).toBe(0);
    expect(await reader.read(new Uint8Array(0))).toBe(0);
    await child.output;
  });

  test('closing ends a read that waits, and the child gets EPIPE', async () => {
    const reader = new (addon().FrameReader)();
    await using child = spawnWriter(reader, 'sleep', ['1000']);
    const reads = [codeOf(reader.read(new Uint8Array(10))), codeOf(reader.read(new Uint8Array(10)))];
    reader.close();
    reader.close();
    expect(await Promise.all(reads)).toEqual(['ECANCELED', 'ECANCELED']);
    expect(await codeOf(reader.read(new Uint8Array(10)))).toBe('ECANCELED');
    child.process.kill('SIGKILL');

    const endless = new (addon().FrameReader)();
    await using yes = spawnWriter(endless, 'yes');
    expect(await endless.read(new Uint8Array(100_000))).toBe(100_000);
    const ended = new Promise((resolve) => yes.process.on('exit', (code, signal) => resolve(signal ?? code)));
    endless.close();
    expect(['SIGPIPE', 1]).toContain(await ended);
  });

  test('closing in mid-read gives the memory back', async () => {
    const reader = new (addon().FrameReader)();
    await using child = spawnWriter(reader, 'sh', ['-c', 'printf 123; exec sleep 1000']);
    const target = new Uint8Array(10);
    const read = codeOf(reader.read(target));
    await until(() => reader.stats().bytesRead === 3);
    expect(await codeOf(reader.read(target))).toBe('E_BUFFER_BUSY');
    reader.close();
    expect(await read).toBe('ECANCELED');
    target.fill(1);
    child.process.kill('SIGKILL');
  });

  test('leaves no descriptor and no thread', async () => {
    await until(() => pipeThreads() === 0);
    const before = openFiles();
    for (let count = 0; count < 50; count += 1) {
      const reader = new (addon().FrameReader)();
      const read = reader.read(new Uint8Array(10));
      if (count % 2 === 0) {
        reader.closeWriteEnd();
        expect(await read).toBe(0);
      } else {
        reader.close();
        reader.closeWriteEnd();
        expect(await codeOf(read)).toBe('ECANCELED');
      }
    }
    await until(() => pipeThreads() === 0);
    expect(openFiles()).toBe(before);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a DataView', new DataView(new ArrayBuffer(8))],
    ['a Float32Array', new Float32Array(2)],
  ])('refuses to read into %s', async (_, target) => {
    const reader = new (addon().FrameReader)();
    expect(await codeOf(reader.read(target as Uint8Array))).toBe('E_INVALID_ARGUMENT');
    reader.close();
  });

  test('refuses a capacity that is no size', () => {
    const open = () => new (addon().FrameReader)({ capacityBytes: Number.NaN } as FrameReaderOptions);
    expect(open).toThrow(
      'Expected an integer from 4096 to 1073741824 for options.capacityBytes but received NaN',
    );
  });
});
