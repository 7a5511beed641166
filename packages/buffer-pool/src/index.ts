export type { Allocator } from './allocators/allocator.js';
export { heapAllocator } from './allocators/heap-allocator.js';
export {
  type NativeAllocatorOptions,
  type NativeMemory,
  nativeAllocator,
} from './allocators/native-allocator.js';
export type { LeakDetection } from './call-site.js';
export { type BufferPoolOptions, createBufferPool } from './create-buffer-pool.js';
export type { ClassUse } from './free-blocks.js';
export type { LostLease } from './leak-watch.js';
export type { BufferPool, PoolEvents } from './pool.js';
export type { PoolStats } from './pool-stats.js';
export { type FrameDescription, frameOf } from './pooled-frame.js';
