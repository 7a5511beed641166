import { MessageChannel } from 'node:worker_threads';
import { BT709, frameLayout } from '@framerail/media-types';
import { loadNative, type NativeBinding } from '@framerail/native';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type Allocator,
  type BufferPool,
  createBufferPool,
  heapAllocator,
  memfdAllocator,
  nativeAllocator,
  receiveLease,
  sharedAllocator,
  transferFrame,
  transferLease,
} from '../src/index.js';
import { bundleProgram, startWorker } from './transfer/own-worker.js';

const hasAddon = requireProgram('addon');
const hasMemfd = hasAddon && process.platform === 'linux';
let program: Awaited<ReturnType<typeof bundleProgram>>;

beforeAll(async () => {
  program = await bundleProgram(new URL('./transfer/transfer-worker.ts', import.meta.url));
});
afterAll(() => program[Symbol.asyncDispose]());

const home = (pool: BufferPool) => expect.poll(() => pool.stats().bytesInUse).toBe(0);

function addon(): { path: string; binding: NativeBinding } {
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  return native;
}

describe.each<[string, string, () => Allocator, boolean]>([
  ['heap', 'moved', heapAllocator, true],
  ['shared', 'shared', sharedAllocator, true],
  ['native', 'moved', () => nativeAllocator({ binding: addon().binding }), hasAddon],
  ['memfd', 'moved', () => memfdAllocator({ binding: addon().binding, maxBytes: 1 << 21 }), hasMemfd],
])('a lease of %s memory in a worker', (_name, passage, allocator, isThere) => {
  test.runIf(isThere)('is read and written there, and what comes home is what was written', async () => {
    await using thread = startWorker(program.path);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300_000 }), async (byteLength) => {
        using pool = createBufferPool({ maxBytes: 1 << 20, allocator: allocator() });
        const lease = await pool.acquire(byteLength);
        lease.bytes.fill(3);
        const { message, transfer } = transferLease(lease);
        expect(message.passage).toBe(passage);
        await thread.tell({ deed: 'receive', message }, transfer);
        expect(await thread.tell({ deed: 'sum' })).toBe(3 * byteLength);
        await thread.tell({ deed: 'fill', value: 9 });
        await thread.tell({ deed: 'retain' });
        await thread.tell({ deed: 'release' });
        await thread.tell({ deed: 'wait' });
        expect(pool.stats()).toMatchObject({ leases: 1, bytesFree: 0 });
        const waiting = pool.acquire(1 << 20);
        await thread.tell({ deed: 'release' });
        (await waiting).release();
        using again = await pool.acquire(byteLength);
        again.bytes.fill(1);
      }),
      { numRuns: 20, seed: 402 },
    );
  });

  test.runIf(isThere)('comes back as the same memory', async () => {
    await using thread = startWorker(program.path);
    using pool = createBufferPool({ maxBytes: 8192, allocator: allocator() });
    for (let round = 0; round < 50; round += 1) {
      using lease = await pool.acquire(8192);
      if (round > 0) expect(lease.bytes.every((byte) => byte === round)).toBe(true);
      const { message, transfer } = transferLease(lease);
      await thread.tell({ deed: 'receive', message }, transfer);
      await thread.tell({ deed: 'fill', value: round + 1 });
      await thread.tell({ deed: 'release' });
    }
    await home(pool);
    expect(pool.stats()).toMatchObject({ misses: 1, hits: 49, bytesFree: 8192 });
  });

  test.runIf(isThere)('is given up when the worker ends, and its memory is never lent again', async () => {
    using pool = createBufferPool({ maxBytes: 8192, allocator: allocator() });
    const first = await pool.acquire(8192);
    const { buffer } = first.bytes;
    await using thread = startWorker(program.path);
    const { message, transfer } = transferLease(first);
    await thread.tell({ deed: 'receive', message }, transfer);
    const waiting = pool.acquire(8192);
    await thread.worker.terminate();
    using lease = await waiting;
    expect(lease.bytes.buffer).not.toBe(buffer);
    lease.bytes.fill(1);
    expect(pool.stats()).toMatchObject({ leases: 1, misses: 2 });
  });

  test.runIf(isThere)('is given up when the worker ends before it has read the message', async () => {
    using pool = createBufferPool({ maxBytes: 8192, allocator: allocator() });
    const { message, transfer } = transferLease(await pool.acquire(8192));
    await using thread = startWorker(program.path);
    thread.worker.postMessage({ deed: 'keep', message }, transfer);
    await thread.worker.terminate();
    await home(pool);
  });

  test.runIf(isThere)('comes home by cancel when the worker had ended', async () => {
    using pool = createBufferPool({ maxBytes: 8192, allocator: allocator() });
    await using thread = startWorker(program.path);
    await thread.worker.terminate();
    const { message, transfer, cancel } = transferLease(await pool.acquire(8192));
    thread.worker.postMessage({ deed: 'keep', message }, transfer);
    cancel();
    await home(pool);
    expect(pool.stats().bytesFree).toBe(8192);
  });

  test.runIf(isThere)('is given up when the worker forgets it', async () => {
    using pool = createBufferPool({ maxBytes: 8192, allocator: allocator() });
    await using thread = startWorker(program.path);
    const { message, transfer } = transferLease(await pool.acquire(8192));
    await thread.tell({ deed: 'receive', message }, transfer);
    await thread.tell({ deed: 'lose' });
    await home(pool);
    expect(pool.stats().bytesFree).toBe(0);
  });

  test.runIf(isThere)('goes on to a third thread and comes home from there', async () => {
    using pool = createBufferPool({ maxBytes: 8192, allocator: allocator() });
    await using second = startWorker(program.path);
    const lease = await pool.acquire(8192);
    lease.bytes.fill(2);
    const { message, transfer } = transferLease(lease);
    await second.tell({ deed: 'receive', message }, transfer);
    await second.tell({ deed: 'fill', value: 5 });
    const { port1, port2 } = new MessageChannel();
    const arrived = new Promise((resolve) => port1.once('message', resolve));
    expect(await second.tell({ deed: 'sendTo', port: port2 }, [port2])).toBe(passage);
    const received = receiveLease(await arrived);
    port1.close();
    await second.worker.terminate();
    expect(pool.stats().leases).toBe(1);
    expect(received.bytes.every((byte) => byte === 5)).toBe(true);
    received.release();
    await home(pool);
    expect(pool.stats().bytesFree).toBe(8192);
  });
});

test('a worker’s pool lends to the main thread, and gets its memory back', async () => {
  await using thread = startWorker(program.path);
  const { port1, port2 } = new MessageChannel();
  const arrived = new Promise((resolve) => port1.once('message', resolve));
  await thread.tell({ deed: 'lend', byteLength: 100_000, value: 4 });
  expect(await thread.tell({ deed: 'sendTo', port: port2 }, [port2])).toBe('moved');
  const received = receiveLease(await arrived);
  port1.close();
  expect(received.bytes.reduce((sum, byte) => sum + byte, 0)).toBe(400_000);
  expect(await thread.tell({ deed: 'inUse' })).toBeGreaterThanOrEqual(100_000);
  received.release();
  await expect.poll(() => thread.tell({ deed: 'inUse' })).toBe(0);
});

test.runIf(hasAddon)(
  'the addon’s memory of a worker is copied, because it ends with the worker',
  async () => {
    const { path } = addon();
    await using thread = startWorker(program.path, { addonPath: path });
    const { port1, port2 } = new MessageChannel();
    const arrived = new Promise((resolve) => port1.once('message', resolve));
    await thread.tell({ deed: 'lend', byteLength: 100_000, value: 4 });
    expect(await thread.tell({ deed: 'sendTo', port: port2 }, [port2])).toBe('copied');
    const received = receiveLease(await arrived);
    port1.close();
    await thread.worker.terminate();
    expect(received.bytes.reduce((sum, byte) => sum + byte, 0)).toBe(400_000);
    received.release();
  },
);

test('a frame in a worker', async () => {
  const layout = frameLayout({ format: 'NV12', width: 64, height: 32 });
  const description = { layout, color: BT709, timestampUs: 40_000, durationUs: 33_333 };
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  await using thread = startWorker(program.path);
  const frame = await pool.acquireFrame(description);
  frame.data.fill(2);
  const { message, transfer } = transferFrame(frame);
  expect(await thread.tell({ deed: 'receiveFrame', message }, transfer)).toEqual({
    ...description,
    sum: 2 * layout.byteLength,
  });
  await home(pool);
  expect(pool.stats().leases).toBe(0);
});

test('a worker refuses what is no lease, with the code', async () => {
  await using thread = startWorker(program.path);
  await expect(thread.tell({ deed: 'receive', message: { type: 'other' } })).rejects.toMatchObject({
    code: 'E_INVALID_ARGUMENT',
  });
});

test('a process ends though its memory is away', async () => {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  await using away = await bundleProgram(new URL('./transfer/away-program.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [away.path], { timeout: 20_000 });
  expect(stdout).toBe('1 away\n');
});
