import type { Lease } from '@framerail/lifecycle';
import { BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test, vi } from 'vitest';
import {
  attachSharedPool,
  createSharedPool,
  type SharedPoolHandle,
  type SharedPoolOptions,
} from '../src/index.js';
import { codeOf, MIB } from './shared/pools.js';

describe('options', () => {
  test.each<[string, unknown]>([
    ['E_UNBOUNDED', {}],
    ['E_UNBOUNDED', { maxBytes: Number.POSITIVE_INFINITY }],
    ['E_INVALID_ARGUMENT', undefined],
    ['E_INVALID_ARGUMENT', 100_000],
    ['E_INVALID_ARGUMENT', { maxBytes: 0 }],
    ['E_INVALID_ARGUMENT', { maxBytes: 4095 }],
    ['E_INVALID_ARGUMENT', { maxBytes: -MIB }],
    ['E_INVALID_ARGUMENT', { maxBytes: Number.NaN }],
    ['E_INVALID_ARGUMENT', { maxBytes: 10_000.5 }],
    ['E_INVALID_ARGUMENT', { maxBytes: '1000000' }],
    ['E_INVALID_ARGUMENT', { maxBytes: 2 ** 50 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, maxThreads: 0 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, maxThreads: 251 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, maxBlocks: 0 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, maxBlocks: 1e9 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, maxWaiters: -1 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, maxOwners: 0 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, maxFreeBytes: -1 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, agingMs: 0 }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, agingMs: Number.POSITIVE_INFINITY }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, name: '' }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, name: 'n'.repeat(129) }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, leakDetection: 'some' }],
    ['E_INVALID_ARGUMENT', { maxBytes: MIB, clock: 5 }],
  ])('%s: %j', (code, options) => {
    expect(codeOf(() => createSharedPool(options as SharedPoolOptions))).toBe(code);
  });

  test('memory that the machine has none of is a coded error, and so is a platform without', () => {
    vi.stubGlobal(
      'SharedArrayBuffer',
      class {
        constructor() {
          throw new RangeError('Array buffer allocation failed');
        }
      },
    );
    expect(codeOf(() => createSharedPool({ maxBytes: MIB }))).toBe('E_POOL_ALLOCATION_FAILED');
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(codeOf(() => createSharedPool({ maxBytes: MIB }))).toBe('E_UNSUPPORTED');
    vi.unstubAllGlobals();
  });

  test('the budget is rounded down to pages', () => {
    const pool = createSharedPool({ maxBytes: 10_000 });
    expect(pool.stats()).toMatchObject({ maxBytes: 8192, limitBytes: 8192 });
    expect(codeOf(() => pool.tryAcquire(8193))).toBe('E_POOL_TOO_LARGE');
    expect(pool.tryAcquire(8192)?.byteLength).toBe(8192);
  });
});

describe('requests', () => {
  const sizes = [0, -1, Number.NaN, 1.5, Number.POSITIVE_INFINITY, '4096', null, undefined, {}, 2 ** 60];
  test.each(sizes)('a size of %s', async (size) => {
    const pool = createSharedPool({ maxBytes: MIB });
    expect(codeOf(() => pool.tryAcquire(size as number))).toBe('E_INVALID_ARGUMENT');
    await expect(pool.acquire(size as number)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
  });

  test('more than the budget is refused at once, though somebody waits', async () => {
    const pool = createSharedPool({ maxBytes: MIB });
    pool.tryAcquire(MIB);
    pool.acquire(1).catch(() => {});
    await expect(pool.acquire(MIB + 1)).rejects.toMatchObject({ code: 'E_POOL_TOO_LARGE' });
    expect(codeOf(() => pool.tryAcquire(2 ** 50))).toBe('E_POOL_TOO_LARGE');
    pool.close();
  });

  const layout = frameLayout({ format: 'NV12', width: 64, height: 64 });
  test.each<[unknown]>([
    [null],
    [7],
    [{ priority: 1001 }],
    [{ priority: Number.NaN }],
    [{ priority: 'high' }],
    [{ owner: '' }],
    [{ owner: 5 }],
    [{ owner: 'ä'.repeat(65) }],
    [{ layout }],
    [{ layout: {} }],
    [{ layout: null }],
    [{ onReclaim: 'release' }],
    [{ timeoutMs: -1 }],
    [{ timeoutMs: Number.NaN }],
    [{ signal: {} }],
  ])('options %j', async (options) => {
    const pool = createSharedPool({ maxBytes: MIB });
    await expect(pool.acquire(100, options as object)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
  });

  test('options with getters that throw leave nothing behind', async () => {
    const pool = createSharedPool({ maxBytes: MIB });
    const broken = Object.defineProperty({}, 'priority', {
      get: () => {
        throw new Error('no priority');
      },
    });
    await expect(pool.acquire(100, broken)).rejects.toThrow('no priority');
    expect(() => pool.tryAcquire(100, broken)).toThrow('no priority');
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
    expect(pool.tryAcquire(MIB)).toBeDefined();
  });

  test('a signal that is aborted already, and one that comes with a size that is none', async () => {
    const pool = createSharedPool({ maxBytes: MIB });
    const signal = AbortSignal.abort();
    await expect(pool.acquire(10, { signal })).rejects.toMatchObject({ code: 'E_ABORTED' });
    await expect(pool.acquire(0, { signal })).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    const frame = { layout, color: BT709, timestampUs: 0, durationUs: 0 };
    await expect(pool.acquireFrame(frame, { signal })).rejects.toMatchObject({ code: 'E_ABORTED' });
  });

  test.each<[string, unknown]>([
    ['limit', -1],
    ['limit', MIB + 1],
    ['limit', Number.NaN],
    ['limit', 1.5],
    ['trim', null],
    ['trim', { bytes: -1 }],
    ['trim', { idleMs: Number.NaN }],
    ['trim', { maxPriority: 'low' }],
    ['trim', { level: 'panic' }],
    ['recover', -1],
    ['recover', 64],
    ['recover', 0],
    ['recover', 'me'],
  ])('%s(%j)', (name, argument) => {
    const pool = createSharedPool({ maxBytes: MIB });
    const call = pool as unknown as Record<string, (argument: unknown) => unknown>;
    expect(codeOf(() => call[name]?.(argument))).toBe('E_INVALID_ARGUMENT');
  });
});

describe('taking part', () => {
  const { handle } = createSharedPool({ maxBytes: MIB });
  const other = createSharedPool({ maxBytes: 2 * MIB }).handle;
  test.each<[string, unknown]>([
    ['E_INVALID_ARGUMENT', undefined],
    ['E_INVALID_ARGUMENT', null],
    ['E_INVALID_ARGUMENT', 'handle'],
    ['E_INVALID_ARGUMENT', {}],
    ['E_INVALID_ARGUMENT', { ...handle, type: 'framerail-lease' }],
    ['E_POOL_VERSION', { ...handle, version: 0 }],
    ['E_POOL_VERSION', { ...handle, version: undefined }],
    ['E_INVALID_ARGUMENT', { ...handle, name: '' }],
    ['E_INVALID_ARGUMENT', { ...handle, control: new ArrayBuffer(100_000) }],
    ['E_INVALID_ARGUMENT', { ...handle, control: undefined }],
    ['E_INVALID_ARGUMENT', { ...handle, control: new SharedArrayBuffer(0) }],
    ['E_INVALID_ARGUMENT', { ...handle, control: new SharedArrayBuffer(2) }],
    ['E_INVALID_ARGUMENT', { ...handle, control: new SharedArrayBuffer(100_000) }],
    ['E_INVALID_ARGUMENT', { ...handle, control: handle.arena }],
    ['E_INVALID_ARGUMENT', { ...handle, control: other.control }],
    ['E_INVALID_ARGUMENT', { ...handle, arena: new SharedArrayBuffer(MIB - 1) }],
    ['E_INVALID_ARGUMENT', { ...handle, arena: new Uint8Array(handle.arena) }],
  ])('%s: handle %#', (code, bad) => {
    expect(codeOf(() => attachSharedPool(bad as SharedPoolHandle))).toBe(code);
  });

  test('a handle whose header was written over is refused, whatever was written', () => {
    for (let word = 0; word < 7; word += 1) {
      for (const value of [0, -1, 1, 7, 2 ** 30, -(2 ** 31)]) {
        const copy = new SharedArrayBuffer(handle.control.byteLength);
        new Int32Array(copy).set(new Int32Array(handle.control));
        const words = new Int32Array(copy);
        if (words[word] === value) continue;
        words[word] = value;
        expect(codeOf(() => attachSharedPool({ ...handle, control: copy }))).toMatch(
          /E_INVALID_ARGUMENT|E_POOL_VERSION/,
        );
      }
    }
  });

  test.each([0, -1, 64, 1.5, '1'])('under the number %j', (thread) => {
    expect(codeOf(() => attachSharedPool(handle, { thread: thread as number }))).toBe('E_INVALID_ARGUMENT');
  });

  test('under a number that somebody has, and when there is none left', () => {
    const pool = createSharedPool({ maxBytes: MIB, maxThreads: 3 });
    const second = attachSharedPool(pool.handle, { thread: 2 });
    expect(second.thread).toBe(2);
    expect(codeOf(() => attachSharedPool(pool.handle, { thread: 2 }))).toBe('E_POOL_BUSY');
    expect(attachSharedPool(pool.handle).thread).toBe(1);
    expect(codeOf(() => attachSharedPool(pool.handle))).toBe('E_POOL_BUSY');
    second.detach();
    expect(attachSharedPool(pool.handle).thread).toBe(2);
    const alone = createSharedPool({ maxBytes: MIB, maxThreads: 1 });
    expect(codeOf(() => attachSharedPool(alone.handle))).toBe('E_POOL_BUSY');
  });

  test('a part that was left keeps its number until its leases are back, and then is over', async () => {
    const pool = createSharedPool({ maxBytes: MIB, maxThreads: 2 });
    const part = attachSharedPool(pool.handle);
    const lease = part.tryAcquire(MIB) as Lease;
    const wait = part.acquire(1);
    part.detach();
    part.detach();
    await expect(wait).rejects.toMatchObject({ code: 'E_POOL_DETACHED' });
    await expect(part.acquire(1)).rejects.toMatchObject({ code: 'E_POOL_DETACHED' });
    expect(codeOf(() => part.tryAcquire(1))).toBe('E_POOL_DETACHED');
    expect(codeOf(() => attachSharedPool(pool.handle))).toBe('E_POOL_BUSY');
    expect(pool.stats().waiting).toBe(0);
    lease.bytes.fill(1);
    lease.release();
    expect(attachSharedPool(pool.handle).thread).toBe(1);
    expect(pool.recover(1)).toBe(0);
    part.close();
    expect(part.stats().leases).toBe(0);
    expect(pool.tryAcquire(MIB)).toBeDefined();
  });

  test('`using` ends a part; only for who made the pool it closes it', () => {
    let kept: ReturnType<typeof createSharedPool>;
    {
      using pool = createSharedPool({ maxBytes: MIB });
      kept = attachSharedPool(pool.handle);
      {
        using part = attachSharedPool(pool.handle);
        expect(part.thread).toBe(2);
      }
      expect(pool.tryAcquire(1)).toBeDefined();
    }
    expect(codeOf(() => kept.tryAcquire(1))).toBe('E_POOL_CLOSED');
  });

  test('recover of a thread that never was, or twice, does nothing', () => {
    const pool = createSharedPool({ maxBytes: MIB });
    expect(pool.recover(5)).toBe(0);
    const part = attachSharedPool(pool.handle, { thread: 5 });
    part.tryAcquire(10);
    part.tryAcquire(10);
    expect([pool.recover(5), pool.recover(5)]).toEqual([2, 0]);
  });
});
