import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createBufferPool, type MemfdAllocator, memfdAllocator } from '../src/index.js';

const MIB = 1 << 20;

/** A program that maps memory and does what each line of its input says; it answers each with a line. */
const PEER = `
  const [addonPath, file] = process.argv.slice(1);
  const addon = require(addonPath);
  const given = Number.isNaN(Number(file)) ? file : Number(file);
  const maps = [];
  const deeds = {
    map: (options) => maps.push(addon.mapFd(given, options)) - 1,
    sum: ({ map }) => maps[map].reduce((sum, byte) => sum + byte, 0),
    read: ({ map, at }) => maps[map][at],
    fill: ({ map, value }) => { maps[map].fill(value); },
    free: ({ map }) => { addon.free(maps[map]); return maps[map].length; },
    cut: () => require('node:fs').ftruncateSync(given, 0),
    grow: () => require('node:fs').ftruncateSync(given, 2 ** 46),
  };
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const [deed, options] = JSON.parse(line);
    let answer;
    try { answer = { value: deeds[deed](options) }; } catch (error) { answer = { code: error.code }; }
    console.log(JSON.stringify(answer));
  });
`;

interface Peer extends AsyncDisposable {
  readonly process: ChildProcess;
  ask(deed: string, options?: object): Promise<{ readonly value?: number; readonly code?: string }>;
}

/** A real child, which ends with the test. */
function spawnPeer(addonPath: string, allocator: MemfdAllocator, by: 'descriptor' | 'path'): Peer {
  const child = spawn(
    process.execPath,
    ['--eval', PEER, addonPath, by === 'descriptor' ? '3' : allocator.path],
    {
      stdio: ['pipe', 'pipe', 'inherit', by === 'descriptor' ? allocator.fd : 'ignore'],
    },
  );
  const exited = once(child, 'exit');
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('Expected a child with pipes');
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async ask(deed, options) {
      stdin.write(`${JSON.stringify([deed, options])}\n`);
      const { value, done } = await answers.next();
      if (done === true)
        throw new Error(`Expected an answer of the child, which ended with ${child.signalCode}`);
      return JSON.parse(value);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe.runIf(requireProgram('addon') && process.platform === 'linux')(
  'memory of another process',
  async () => {
    const { loadNative } = await import('@framerail/native');
    const native = loadNative();
    if (!native.available) throw new Error(native.reasons.join('\n'));
    const { binding, path } = native;
    const open = (maxBytes = 64 * MIB) => memfdAllocator({ binding, maxBytes });

    test.each(['descriptor', 'path'] as const)(
      'a child that has its %s reads and writes leased frames',
      async (by) => {
        using allocator = open();
        using pool = createBufferPool({ maxBytes: allocator.maxBytes, allocator });
        await using peer = spawnPeer(path, allocator, by);
        const layout = frameLayout({ format: 'NV12', width: 1920, height: 1080 });
        const frames = await Promise.all(
          [10, 20, 30].map(async (value) => {
            const frame = await pool.acquireFrame({
              layout,
              color: BT709,
              timestampUs: value,
              durationUs: 1,
            });
            frame.data.fill(value);
            return frame;
          }),
        );
        for (const [index, frame] of frames.entries()) {
          const range = { offset: allocator.offsetOf(frame.data), byteLength: layout.byteLength };
          expect(await peer.ask('map', { ...range, writable: true })).toEqual({ value: index });
          expect(await peer.ask('sum', { map: index })).toEqual({
            value: layout.byteLength * 10 * (index + 1),
          });
        }
        await peer.ask('fill', { map: 1, value: 99 });
        expect(frames.map(({ data }) => [data[0], data.at(-1)])).toEqual([
          [10, 10],
          [99, 99],
          [30, 30],
        ]);
        for (const frame of frames) frame[Symbol.dispose]();
        expect(await peer.ask('free', { map: 0 })).toEqual({ value: 0 });
      },
    );

    test('a child that only reads sees what is written, and what it writes itself stays with it', async () => {
      using allocator = open();
      const memory = allocator.allocate(10_000).fill(1);
      await using peer = spawnPeer(path, allocator, 'path');
      await peer.ask('map', { offset: allocator.offsetOf(memory), byteLength: 10_000 });
      memory.fill(2);
      expect(await peer.ask('read', { map: 0, at: 9_999 })).toEqual({ value: 2 });
      await peer.ask('fill', { map: 0, value: 3 });
      expect(await peer.ask('sum', { map: 0 })).toEqual({ value: 30_000 });
      expect(memory.every((byte) => byte === 2)).toBe(true);
      allocator.free(memory);
    });

    test('neither side can end the other: not by cutting the file, not by freeing, not by ending', async () => {
      const allocator = open();
      const memory = allocator.allocate(8 * MIB).fill(5);
      await using peer = spawnPeer(path, allocator, 'descriptor');
      await peer.ask('map', { offset: 0, byteLength: 8 * MIB, writable: true });
      expect(await peer.ask('cut')).toEqual({ code: 'EPERM' });
      expect(await peer.ask('grow')).toEqual({ code: 'EPERM' });
      expect(memory.at(-1)).toBe(5);
      // Freed here: gone for both, and what the peer then writes takes memory of the file until it is freed again.
      allocator.free(memory);
      expect(await peer.ask('sum', { map: 0 })).toEqual({ value: 0 });
      const next = allocator.allocate(8 * MIB);
      expect(allocator.offsetOf(next)).toBe(0);
      await peer.ask('fill', { map: 0, value: 6 });
      expect(next.at(-1)).toBe(6);
      allocator.close();
      peer.process.kill('SIGKILL');
      await once(peer.process, 'exit');
      expect(next.every((byte) => byte === 6)).toBe(true);
      allocator.free(next);
    });

    test('what is mapped lives on when the process that made it has ended', async () => {
      const maker = `
      const addon = require(${JSON.stringify(path)});
      const memory = new addon.Memfd({ byteLength: 1 << 20 });
      memory.map(0, 100).fill(8);
      console.log(memory.fd);
      process.stdin.resume();
    `;
      const child = spawn(process.execPath, ['--eval', maker], { stdio: ['pipe', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      try {
        const [fd] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
        const file = `/proc/${child.pid}/fd/${fd.trim()}`;
        const mapped = binding.mapFd(file, { offset: 0, byteLength: 100, writable: true });
        child.stdin.end();
        await exited;
        expect(mapped.every((byte) => byte === 8)).toBe(true);
        mapped.fill(9);
        expect(() => binding.mapFd(file, { offset: 0, byteLength: 100 })).toThrow(
          expect.objectContaining({
            code: 'E_MEMFD_FAILED',
            message: expect.stringContaining('may have ended'),
          }),
        );
        binding.free(mapped);
      } finally {
        child.kill('SIGKILL');
        await exited;
      }
    });
  },
);
