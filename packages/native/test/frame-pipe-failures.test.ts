import { describe, expect, test } from 'vitest';
import { addon, codeOf, hasAddon, pipeThreads, pipeWakeUps, until } from './addon.js';
import { spawnReader, stop } from './child.js';

const MODES = ['splice', 'write'] as const;
/** More than the pipe holds, so that most of it has to wait. */
const FRAME = 3_000_000;

describe.runIf(hasAddon).each(MODES)('frame pipe in mode %s', (mode) => {
  test('a reader that is killed fails everything that is queued', async () => {
    const pipe = new (addon().FramePipe)({ mode });
    await using reader = spawnReader(pipe, 'sleep', ['1000']);
    const writes = Array.from({ length: 4 }, () => codeOf(pipe.write(new Uint8Array(FRAME))));
    const end = codeOf(pipe.end());
    reader.process.kill('SIGKILL');
    expect(await Promise.all([...writes, end])).toEqual(Array(5).fill('EPIPE'));
    expect(await codeOf(pipe.write(new Uint8Array(1)))).toBe('EPIPE');
    expect(await codeOf(pipe.end())).toBe('EPIPE');
    expect(pipe.stats().bytesQueued).toBe(0);
  });

  test('a reader that goes while nothing is queued is noticed', async () => {
    const pipe = new (addon().FramePipe)({ mode });
    await using reader = spawnReader(pipe, 'head', ['-c', '10']);
    await pipe.write(new Uint8Array(10));
    await reader.output;
    expect(await codeOf(pipe.write(new Uint8Array(FRAME)))).toBe('EPIPE');
  });

  test('a reader that stands still can be given up on', async () => {
    const pipe = new (addon().FramePipe)({ mode });
    await using reader = spawnReader(pipe, 'cat');
    await stop(reader);
    const writes = Array.from({ length: 3 }, () => codeOf(pipe.write(new Uint8Array(FRAME))));
    await until(() => pipe.stats().waitingMs > 0);
    pipe.abort();
    expect(await Promise.all(writes)).toEqual(Array(3).fill('ECANCELED'));
  });

  test('a reader that stands still costs next to nothing', async () => {
    for (const size of [1000, FRAME]) {
      const pipe = new (addon().FramePipe)({ mode });
      await using reader = spawnReader(pipe, 'cat');
      await stop(reader);
      const write = pipe.write(new Uint8Array(size)).then(
        () => 'copied',
        ({ code }) => code,
      );
      await new Promise((resolve) => setTimeout(resolve, 400));
      // Asking after the last bytes every 50 µs would be thousands.
      expect(pipeWakeUps()).toBeLessThan(400);
      pipe.abort();
      // What the pipe could copy whole is settled already.
      expect(await write).toBe(mode === 'write' && size === 1000 ? 'copied' : 'ECANCELED');
      await until(() => pipeThreads() === 0);
    }
  });

  test('aborting comes before, while and after there is something to send', async () => {
    const before = new (addon().FramePipe)({ mode });
    before.abort();
    expect(await codeOf(before.write(new Uint8Array(1)))).toBe('ECANCELED');
    expect(await codeOf(before.end())).toBe('ECANCELED');
    before.abort();

    const during = new (addon().FramePipe)({ mode });
    const write = codeOf(during.write(new Uint8Array(FRAME)));
    const end = codeOf(during.end());
    during.abort();
    expect(await Promise.all([write, end])).toEqual(['ECANCELED', 'ECANCELED']);

    const after = new (addon().FramePipe)({ mode });
    await using cat = spawnReader(after, 'cat');
    await after.write(new Uint8Array(100));
    await after.end();
    after.abort();
    expect((await cat.output).length).toBe(100);
    await after.end();
  });

  test('memory on its way to a reader is not written by the addon, and is free again after', async () => {
    const { FramePipe, FrameReader } = addon();
    const pipe = new FramePipe({ mode });
    const source = new FrameReader();
    const frame = new Uint8Array(FRAME);
    const write = codeOf(pipe.write(frame));
    expect(await codeOf(source.read(frame.subarray(100, 200)))).toBe('E_BUFFER_BUSY');
    // Reading what is only read is nobody's harm.
    const again = codeOf(pipe.write(frame));
    pipe.abort();
    expect(await Promise.all([write, again])).toEqual(['ECANCELED', 'ECANCELED']);
    const read = codeOf(source.read(frame));
    source.close();
    expect(await read).toBe('ECANCELED');
  });
});
