import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FramePipeOptions } from '../src/index.js';
import { addon, codeOf, hasAddon, openFiles, pipeThreads, until } from './addon.js';
import { spawnReader } from './child.js';

const MODES = ['splice', 'write'] as const;

/** Bytes that tell where in the stream they stand. */
function bytesFrom(start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1)
    bytes[index] = ((start + index) * 2654435761) >>> ((start + index) % 23);
  return bytes;
}

/** Reads its input in pieces, with pauses, and prints the hash of it all. */
const SLOW_READER = `
  const { readSync } = require('node:fs');
  const hash = require('node:crypto').createHash('sha256');
  const piece = Buffer.alloc(90_001);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let count; (count = readSync(0, piece)) > 0; ) {
    hash.update(piece.subarray(0, count));
    Atomics.wait(pause, 0, 0, 1);
  }
  process.stdout.write(hash.digest('hex'));
`;

describe.runIf(hasAddon)('frame pipe', () => {
  test('bytes arrive in order whatever the sizes, the mode and the capacity', async () => {
    const size = fc.oneof(
      fc.constantFrom(0, 1, 4095, 4096, 4097),
      fc.nat(10_000),
      fc.integer({ min: 100_000, max: 900_000 }),
    );
    const run = async (sizes: number[], options: FramePipeOptions, offset: number) => {
      const pipe = new (addon().FramePipe)(options);
      await using cat = spawnReader(pipe, 'cat');
      let start = 0;
      const pieces = sizes.map((length) => {
        // Inside a larger array, so that pieces begin in the middle of a page.
        const piece = new Uint8Array(offset + length).subarray(offset);
        piece.set(bytesFrom(start, length));
        start += length;
        return piece;
      });
      await Promise.all([...pieces.map((piece) => pipe.write(piece)), pipe.end()]);
      expect(Buffer.compare(await cat.output, Buffer.concat(pieces))).toBe(0);
      expect(pipe.stats()).toMatchObject({ bytesQueued: 0, bytesTaken: start, writes: sizes.length });
    };
    const options = fc.record({
      mode: fc.constantFrom(...MODES),
      capacityBytes: fc.constantFrom(4096, 65_536, 1_048_576),
    });
    const property = fc.asyncProperty(fc.array(size, { maxLength: 20 }), options, fc.nat(5000), run);
    await fc.assert(property, { numRuns: 40 });
  });

  test.each(MODES)('memory may be used again at once after a %s, however slow the reader', async (mode) => {
    const pipe = new (addon().FramePipe)({ mode });
    await using reader = spawnReader(pipe, process.execPath, ['--eval', SLOW_READER]);
    const buffers = [new Uint8Array(700_000), new Uint8Array(700_000)] as const;
    const hash = createHash('sha256');
    const pending: Promise<void>[] = [];
    for (let frame = 0; frame < 16; frame += 1) {
      if (frame >= 2) await pending[frame - 2];
      const buffer = buffers[frame % 2 === 0 ? 0 : 1].fill(frame + 1);
      hash.update(buffer);
      // Overwritten as soon as it is said to be free; fill() of the next round does it again.
      pending.push(pipe.write(buffer).then(() => void buffer.fill(255)));
    }
    await Promise.all(pending);
    await pipe.end();
    expect(String(await reader.output)).toBe(hash.digest('hex'));
  });

  test('a write settles only when the reader has it all', async () => {
    const pipe = new (addon().FramePipe)({ mode: 'splice' });
    await using reader = spawnReader(pipe, 'sleep', ['1000']);
    let settled = false;
    const write = pipe.write(new Uint8Array(1000)).finally(() => {
      settled = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(settled).toBe(false);
    expect(pipe.stats()).toMatchObject({ bytesQueued: 1000, bytesTaken: 0 });
    reader.process.kill('SIGKILL');
    expect(await codeOf(write)).toBe('EPIPE');
  });

  test('an empty write settles after those before it', async () => {
    const pipe = new (addon().FramePipe)();
    await using cat = spawnReader(pipe, 'cat');
    const order: number[] = [];
    await Promise.all(
      [0, 300_000, 0, 5, 0].map((size, index) =>
        pipe.write(new Uint8Array(size)).then(() => order.push(index)),
      ),
    );
    expect(order).toEqual([0, 1, 2, 3, 4]);
    await pipe.end();
    expect((await cat.output).length).toBe(300_005);
  });

  test('ending without a write ends the reader', async () => {
    const pipe = new (addon().FramePipe)();
    await using cat = spawnReader(pipe, 'cat');
    await Promise.all([pipe.end(), pipe.end()]);
    await pipe.end();
    expect((await cat.output).length).toBe(0);
    expect(await codeOf(pipe.write(new Uint8Array(1)))).toBe('E_PIPE_ENDED');
  });

  test('two hundred pipes leave no descriptor and no thread', async () => {
    await until(() => pipeThreads() === 0);
    const before = openFiles();
    for (let batch = 0; batch < 20; batch += 1) {
      const pipes = Array.from({ length: 10 }, () => new (addon().FramePipe)());
      const settled = pipes.map(async (pipe, index) => {
        const write = pipe.write(new Uint8Array(10));
        if (index % 2 === 0) pipe.abort();
        pipe.closeReadEnd();
        expect(['EPIPE', 'ECANCELED']).toContain(await codeOf(write));
        expect(await codeOf(pipe.end())).not.toBe(undefined);
      });
      await Promise.all(settled);
    }
    await until(() => pipeThreads() === 0);
    expect(openFiles()).toBe(before);
  });

  test('the read end is closed once, and only by its owner', () => {
    const pipe = new (addon().FramePipe)();
    expect(pipe.readFd).toBeGreaterThan(2);
    pipe.closeReadEnd();
    expect(pipe.readFd).toBe(-1);
    pipe.closeReadEnd();
    pipe.abort();
  });

  test('holds what was asked for, or says what it got', () => {
    const { FramePipe } = addon();
    expect(new FramePipe({ capacityBytes: 65_536 }).capacityBytes).toBe(65_536);
    const usual = new FramePipe();
    expect(usual.capacityBytes).toBeLessThanOrEqual(1_048_576);
    const greedy = new FramePipe({ capacityBytes: 2 ** 30 });
    expect(greedy.capacityBytes).toBeGreaterThanOrEqual(usual.capacityBytes);
  });

  test.each<[string, unknown, string]>([
    [
      'a capacity below a page',
      { capacityBytes: 100 },
      'an integer from 4096 to 1073741824 for options.capacityBytes',
    ],
    ['a capacity that is a string', { capacityBytes: '1' }, "for options.capacityBytes but received '1'"],
    [
      'an unknown mode',
      { mode: 'send' },
      "one of 'auto', 'splice', 'write' for options.mode but received 'send'",
    ],
    ['options that are no object', 5, 'an object for options but received 5'],
  ])('refuses %s', (_, options, message) => {
    const open = () => new (addon().FramePipe)(options as FramePipeOptions);
    expect(open).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
    expect(open).toThrow(message);
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'a Uint8Array for data but received undefined'],
    ['a string', 'frame', "a Uint8Array for data but received 'frame'"],
    ['an ArrayBuffer', new ArrayBuffer(4), 'a Uint8Array for data but received an object'],
    ['another typed array', new Uint16Array(4), 'a Uint8Array for data but received a Uint16Array'],
    [
      'an array whose memory can be taken away',
      new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 })),
      'over an ArrayBuffer of fixed length for data but received one over a resizable ArrayBuffer',
    ],
  ])('a write refuses %s by rejecting', async (_, data, message) => {
    const pipe = new (addon().FramePipe)();
    await expect(pipe.write(data as Uint8Array)).rejects.toThrow(message);
    expect(await codeOf(pipe.write(data as Uint8Array))).toBe('E_INVALID_ARGUMENT');
    pipe.abort();
  });
});
