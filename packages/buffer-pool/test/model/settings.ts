import { type FrameLayout, frameLayout } from '@framerail/media-types';
import { loadNative } from '@framerail/native';
import {
  type Allocator,
  type BufferPool,
  type BufferPoolOptions,
  createMemoryManager,
  heapAllocator,
  memfdAllocator,
  nativeAllocator,
  sharedAllocator,
} from '../../src/index.js';

/** Options of a pool, as far as a setting decides on them. */
type SettingOptions = Omit<BufferPoolOptions, 'allocator' | 'clock'>;

/** A pool to be put through its paces. */
export interface Setting {
  /** What is special about it, for reports. */
  readonly name: string;
  readonly options: SettingOptions;
  readonly allocator: () => Allocator;
  /** Whether its memory can be moved to another thread. */
  readonly movable: boolean;
  /** What makes the pool; default `createBufferPool`. */
  readonly open?: (options: BufferPoolOptions) => BufferPool;
}

/** The budget of most settings: a size class, so that no class is cut short. */
export const MAX_BYTES = 262_144;

const rgba = (width: number, height: number): FrameLayout => frameLayout({ format: 'RGBA', width, height });

/** Frames whose sizes to the page are no size classes, the first of them registered, and one that is too small for a class of its own. */
export const LAYOUTS: readonly FrameLayout[] = [rgba(160, 136), rgba(160, 120), rgba(32, 36)];

/** The default settings with another name and other options. */
function setting(name: string, options: Partial<SettingOptions>, more: Partial<Setting> = {}): Setting {
  return {
    name,
    options: {
      maxBytes: MAX_BYTES,
      maxWaiters: 12,
      name: 'tried',
      agingMs: 64,
      layouts: LAYOUTS.slice(0, 1),
      ...options,
    },
    allocator: heapAllocator,
    movable: true,
    ...more,
  };
}

/** What a pool can be told, each alone and some together. */
export const SETTINGS: readonly Setting[] = [
  setting('defaults', {}),
  setting('little stays free', { maxFreeBytes: 30_000 }),
  setting('nothing stays free', { maxFreeBytes: 0, leakDetection: 'off' }),
  setting('free memory expires', { idleExpiryMs: 50 }),
  setting('everything is recorded and poisoned', {
    leakDetection: 'full',
    poison: true,
  }),
  setting('poison, little stays free, memory expires', {
    poison: true,
    maxFreeBytes: 60_000,
    idleExpiryMs: 20,
    leakDetection: 'off',
  }),
  setting('a short line that ages fast', { maxWaiters: 3, agingMs: 1 }),
  setting('a budget that is no class', { maxBytes: 200_001 }),
  setting('a pool of a memory manager', { leakDetection: 'full' }, { open: openManaged }),
  setting(
    'shared memory',
    { idleExpiryMs: 20, poison: true },
    { allocator: () => sharedAllocator(), movable: false },
  ),
];

/** The same over memory of the addon; empty where there is none. */
export function addonSettings(): readonly Setting[] {
  const native = loadNative();
  if (!native.available) return [];
  const { binding } = native;
  const settings = [
    setting('aligned heap', {}, { allocator: () => heapAllocator({ binding }) }),
    setting(
      'native',
      { maxFreeBytes: 60_000, poison: true },
      { allocator: () => nativeAllocator({ binding }), movable: false },
    ),
  ];
  if (process.platform !== 'linux') return settings;
  const allocator = (): Allocator => memfdAllocator({ binding, maxBytes: 4 * MAX_BYTES });
  return [
    ...settings,
    setting('memfd', { idleExpiryMs: 50, leakDetection: 'full' }, { allocator, movable: false }),
  ];
}

/** A pool within the video share of a memory manager that is in no need. */
function openManaged(options: BufferPoolOptions): BufferPool {
  const { maxBytes, name = 'tried', allocator, clock, maxWaiters, agingMs, leakDetection } = options;
  const budgets = { video: maxBytes, audio: 1, thumbnails: 1 };
  const manager = createMemoryManager({
    maxBytes: maxBytes + 2,
    budgets,
    allocator,
    clock,
    maxWaiters,
    agingMs,
    leakDetection,
  });
  return manager.createPool({ name, kind: 'video', maxBytes });
}

const CLASSES = Array.from({ length: 10 }, (_, octave) =>
  [4, 5, 6, 7].map((quarter) => quarter * 1024 * 2 ** octave),
).flat();

/** The class of a request, by enumeration: independent of the pool's arithmetic. */
export function classOf(byteLength: number, layout: FrameLayout | undefined, maxBytes: number): number {
  const pages = Math.ceil(byteLength / 4096) * 4096;
  if (layout !== undefined && byteLength >= 32_768 && pages <= maxBytes) return pages;
  const found = CLASSES.find((bytes) => bytes >= byteLength) ?? Number.POSITIVE_INFINITY;
  return found > maxBytes ? byteLength : found;
}
