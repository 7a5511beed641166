import {
  createManualClock,
  FramerailError,
  type PressureLevel,
  type PressureSource,
} from '@framerail/lifecycle';
import { frameLayout } from '@framerail/media-types';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryManager, type MemoryManager, type MemoryManagerOptions } from '../src/index.js';
import { createSource } from './pressure-source.js';
import { settle, watch } from './settled.js';

const KIB = 1024;
const GOOD = {
  maxBytes: 1000 * KIB,
  budgets: { video: 500 * KIB, audio: 300 * KIB, thumbnails: 200 * KIB },
} satisfies MemoryManagerOptions;

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
    warnings.push(String(warning));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const refused = (code: string) => expect.objectContaining({ code });
const budgets = (change: object) => ({ ...GOOD, budgets: { ...GOOD.budgets, ...change } });
const code = (error: unknown): string => (error instanceof FramerailError ? error.code : String(error));

describe('options that are none', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'E_INVALID_ARGUMENT'],
    ['null', null, 'E_INVALID_ARGUMENT'],
    ['no budget', { budgets: GOOD.budgets }, 'E_UNBOUNDED'],
    ['a budget without end', { ...GOOD, maxBytes: Number.POSITIVE_INFINITY }, 'E_UNBOUNDED'],
    ['a budget of nothing', { ...GOOD, maxBytes: 0 }, 'E_INVALID_ARGUMENT'],
    ['a budget that is no number', { ...GOOD, maxBytes: Number.NaN }, 'E_INVALID_ARGUMENT'],
    ['half a byte', { ...GOOD, maxBytes: 1000.5 }, 'E_INVALID_ARGUMENT'],
    ['no budgets', { maxBytes: 1000 }, 'E_INVALID_ARGUMENT'],
    ['no video', budgets({ video: undefined }), 'E_UNBOUNDED'],
    ['no sound', budgets({ audio: undefined }), 'E_UNBOUNDED'],
    ['no thumbnails', budgets({ thumbnails: undefined }), 'E_UNBOUNDED'],
    ['video of nothing', budgets({ video: 0 }), 'E_INVALID_ARGUMENT'],
    ['negative sound', budgets({ audio: -1 }), 'E_INVALID_ARGUMENT'],
    ['thumbnails that are no number', budgets({ thumbnails: Number.NaN }), 'E_INVALID_ARGUMENT'],
    ['more than there is', budgets({ video: 500 * KIB + 1 }), 'E_INVALID_ARGUMENT'],
    ['a source that is none', { ...GOOD, source: {} }, 'E_INVALID_ARGUMENT'],
    ['a clock that is none', { ...GOOD, clock: { now: 5 } }, 'E_INVALID_ARGUMENT'],
    ['an allocator that is none', { ...GOOD, allocator: { name: 'x' } }, 'E_INVALID_ARGUMENT'],
    ['limits that are none', { ...GOOD, limits: 0.5 }, 'E_INVALID_ARGUMENT'],
    ['a limit above all', { ...GOOD, limits: { none: 1.1 } }, 'E_INVALID_ARGUMENT'],
    ['limits that rise', { ...GOOD, limits: { moderate: 0.5, high: 0.6 } }, 'E_INVALID_ARGUMENT'],
    ['a limit that is no number', { ...GOOD, limits: { high: Number.NaN } }, 'E_INVALID_ARGUMENT'],
    ['a negative limit', { ...GOOD, limits: { critical: -0.1 } }, 'E_INVALID_ARGUMENT'],
    ['a negative time to fall', { ...GOOD, fallAfterMs: -1 }, 'E_INVALID_ARGUMENT'],
    ['a time to fall without end', { ...GOOD, fallAfterMs: Number.POSITIVE_INFINITY }, 'E_INVALID_ARGUMENT'],
    ['a time that is no number', { ...GOOD, degradeAfterMs: Number.NaN }, 'E_INVALID_ARGUMENT'],
    ['a time to fall that no timer takes', { ...GOOD, fallAfterMs: 2 ** 31 }, 'E_INVALID_ARGUMENT'],
    ['a time to degrade that no timer takes', { ...GOOD, degradeAfterMs: 1e10 }, 'E_INVALID_ARGUMENT'],
    ['ageing at more time than there is', { ...GOOD, agingMs: 1e300 }, 'E_INVALID_ARGUMENT'],
    ['a negative idle time', { ...GOOD, idleAudioMs: -5 }, 'E_INVALID_ARGUMENT'],
    ['half a waiter', { ...GOOD, maxWaiters: 0.5 }, 'E_INVALID_ARGUMENT'],
    ['ageing at no time', { ...GOOD, agingMs: 0 }, 'E_INVALID_ARGUMENT'],
    ['a detection that is none', { ...GOOD, leakDetection: 'maybe' }, 'E_INVALID_ARGUMENT'],
  ])('%s', (_, options, expected) => {
    expect(() => createMemoryManager(options as MemoryManagerOptions)).toThrow(refused(expected));
  });
});

describe('requests that are none', () => {
  const layout = frameLayout({ format: 'RGBA', width: 8, height: 8 });
  const frame = { layout, color: {}, timestampUs: 0, durationUs: 0 };
  test.each<[string, (manager: MemoryManager) => Promise<unknown>, string]>([
    ['no size', (m) => m.video.acquire(undefined as never), 'E_INVALID_ARGUMENT'],
    ['zero', (m) => m.video.acquire(0), 'E_INVALID_ARGUMENT'],
    ['half', (m) => m.audio.acquire(0.5), 'E_INVALID_ARGUMENT'],
    ['NaN', (m) => m.audio.acquire(Number.NaN), 'E_INVALID_ARGUMENT'],
    ['more than the share', (m) => m.audio.acquire(301 * KIB), 'E_POOL_TOO_LARGE'],
    ['no options', (m) => m.video.acquire(1, null as never), 'E_INVALID_ARGUMENT'],
    ['a priority beyond', (m) => m.video.acquire(1, { priority: 1001 }), 'E_INVALID_ARGUMENT'],
    ['a negative wait', (m) => m.video.acquire(1, { timeoutMs: -1 }), 'E_INVALID_ARGUMENT'],
    ['a signal that is none', (m) => m.video.acquire(1, { signal: {} as never }), 'E_INVALID_ARGUMENT'],
    ['a signal that is over', (m) => m.video.acquire(1, { signal: AbortSignal.abort() }), 'E_ABORTED'],
    ['an owner of nothing', (m) => m.video.acquire(1, { owner: '' }), 'E_INVALID_ARGUMENT'],
    ['a callback that is none', (m) => m.video.acquire(1, { onReclaim: 5 as never }), 'E_INVALID_ARGUMENT'],
    ['a layout that is larger', (m) => m.video.acquire(1, { layout }), 'E_INVALID_ARGUMENT'],
    ['at least nothing', (m) => m.video.acquire(10, { minBytes: 0 }), 'E_INVALID_ARGUMENT'],
    ['at least more', (m) => m.video.acquire(10, { minBytes: 11 }), 'E_INVALID_ARGUMENT'],
    ['at least NaN', (m) => m.video.acquire(10, { minBytes: Number.NaN }), 'E_INVALID_ARGUMENT'],
    ['no frame', (m) => m.video.acquireFrame(undefined as never), 'E_INVALID_ARGUMENT'],
    ['no layout', (m) => m.video.acquireFrame({} as never), 'E_INVALID_ARGUMENT'],
    [
      'layouts that are none',
      (m) => m.video.acquireFrame(frame as never, { smallerLayouts: layout as never }),
      'E_INVALID_ARGUMENT',
    ],
    [
      'a layout that is none',
      (m) => m.video.acquireFrame(frame as never, { smallerLayouts: [{} as never] }),
      'E_INVALID_ARGUMENT',
    ],
    [
      'a smaller layout that is larger',
      (m) =>
        m.video.acquireFrame(frame as never, {
          smallerLayouts: [frameLayout({ format: 'RGBA', width: 9, height: 8 })],
        }),
      'E_INVALID_ARGUMENT',
    ],
  ])('%s', async (_, ask, expected) => {
    const manager = createMemoryManager(GOOD);
    const asked = watch(ask(manager));
    await settle();
    expect([asked.state, code(asked.error)]).toEqual(['rejected', expected]);
    expect(manager.snapshot()).toMatchObject({ bytes: 0, waiting: 0 });
  });
});

describe('pools and caches that are none', () => {
  const pool = { name: 'p', kind: 'video', maxBytes: KIB };
  const cache = { name: 'c', trim: () => 0 };
  test.each<[string, (manager: MemoryManager) => unknown, string]>([
    ['no pool', (m) => m.createPool(undefined as never), 'E_INVALID_ARGUMENT'],
    ['a pool without a name', (m) => m.createPool({ ...pool, name: '' } as never), 'E_INVALID_ARGUMENT'],
    ['of no kind', (m) => m.createPool({ ...pool, kind: 'thumbnails' } as never), 'E_INVALID_ARGUMENT'],
    ['without a bound', (m) => m.createPool({ name: 'p', kind: 'video' } as never), 'E_UNBOUNDED'],
    ['of nothing', (m) => m.createPool({ ...pool, maxBytes: 0 } as never), 'E_INVALID_ARGUMENT'],
    [
      'of more than is left',
      (m) => m.createPool({ ...pool, maxBytes: 501 * KIB } as never),
      'E_MEMORY_BUDGET',
    ],
    ['of a half priority', (m) => m.createPool({ ...pool, priority: 0.5 } as never), 'E_INVALID_ARGUMENT'],
    [
      'of a priority beyond',
      (m) => m.createPool({ ...pool, priority: -1001 } as never),
      'E_INVALID_ARGUMENT',
    ],
    ['that needs more', (m) => m.createPool({ ...pool, minBytes: KIB + 1 } as never), 'E_INVALID_ARGUMENT'],
    ['without an allocator', (m) => m.createPool({ ...pool, allocator: {} } as never), 'E_INVALID_ARGUMENT'],
    ['of no kind to ask about', (m) => m.available('none' as never), 'E_INVALID_ARGUMENT'],
    ['no cache', (m) => m.register(null as never, { valuePerByte: 1 }), 'E_INVALID_ARGUMENT'],
    [
      'a cache without trim',
      (m) => m.register({ name: 'c' } as never, { valuePerByte: 1 }),
      'E_INVALID_ARGUMENT',
    ],
    [
      'a cache without a name',
      (m) => m.register({ ...cache, name: '' }, { valuePerByte: 1 }),
      'E_INVALID_ARGUMENT',
    ],
    ['a cache of no value', (m) => m.register(cache, {} as never), 'E_INVALID_ARGUMENT'],
    ['a cache of negative value', (m) => m.register(cache, { valuePerByte: -1 }), 'E_INVALID_ARGUMENT'],
    [
      'a value that is no number',
      (m) => m.register(cache, { valuePerByte: Number.NaN }),
      'E_INVALID_ARGUMENT',
    ],
    [
      'bytes that are none',
      (m) => m.register(cache, { valuePerByte: 1, bytes: 5 as never }),
      'E_INVALID_ARGUMENT',
    ],
    ['no bytes to free', (m) => m.free(-1), 'E_INVALID_ARGUMENT'],
    ['NaN bytes to free', (m) => m.free(Number.NaN), 'E_INVALID_ARGUMENT'],
  ])('%s', (_, deed, expected) => {
    const manager = createMemoryManager(GOOD);
    expect(() => deed(manager)).toThrow(refused(expected));
    expect(manager.available('video')).toBe(500 * KIB);
  });

  test('a cache is registered once, and taken out as often as one likes', () => {
    const manager = createMemoryManager(GOOD);
    const remove = manager.register(cache, { valuePerByte: 1 });
    expect(() => manager.register(cache, { valuePerByte: 2 })).toThrow(refused('E_INVALID_ARGUMENT'));
    remove();
    const again = manager.register(cache, { valuePerByte: 2 });
    remove();
    expect(manager.snapshot().uses.map(({ owner }) => owner)).toContain('c');
    again();
    expect(manager.snapshot().uses.map(({ owner }) => owner)).not.toContain('c');
  });
});

describe('sources that fail', () => {
  const source = (change: object): PressureSource => ({ ...createSource(), ...change }) as PressureSource;
  const thrower = (): never => {
    throw new Error('no pressure today');
  };

  test('at once', () => {
    const off = vi.fn();
    const broken = [
      source({ on: thrower }),
      source({ level: 'heavy' }),
      source({ level: undefined }),
      Object.defineProperty(source({ on: () => off }), 'level', { get: thrower }),
    ];
    for (const one of broken) {
      expect(() => createMemoryManager({ ...GOOD, source: one })).toThrow(refused('E_PRESSURE_SOURCE'));
    }
    expect(off).toHaveBeenCalledTimes(1);
  });

  test('later', () => {
    const set = createSource();
    const manager = createMemoryManager({ ...GOOD, source: set, clock: createManualClock() });
    set.set('urgent' as PressureLevel);
    set.set(undefined as unknown as PressureLevel);
    expect([manager.level, warnings.length]).toEqual(['none', 2]);
    set.set('high');
    expect(manager.level).toBe('high');
  });

  test('at the end', () => {
    const manager = createMemoryManager({ ...GOOD, source: source({ on: () => thrower }) });
    manager.close();
    manager.close();
    expect(warnings).toHaveLength(1);
    expect(createMemoryManager({ ...GOOD, source: source({ on: () => undefined }) }).close()).toBeUndefined();
  });
});
