export type { AddressSource, AlignmentOptions } from './allocators/aligned-view.js';
export type { Allocator } from './allocators/allocator.js';
export { type GpuAllocator, type GpuAllocatorOptions, gpuAllocator } from './allocators/gpu-allocator.js';
export type { GpuDeviceLike } from './allocators/gpu-device.js';
export { heapAllocator } from './allocators/heap-allocator.js';
export {
  type MemfdAllocator,
  type MemfdAllocatorOptions,
  memfdAllocator,
} from './allocators/memfd-allocator.js';
export type { MemfdFile, MemfdSource } from './allocators/memfd-source.js';
export {
  type NativeAllocatorOptions,
  type NativeMemory,
  nativeAllocator,
} from './allocators/native-allocator.js';
export { sharedAllocator } from './allocators/shared-allocator.js';
export type { ClassUse } from './blocks/class-use.js';
export type { LeakDetection } from './leases/call-site.js';
export type { LostLease } from './leases/leak-watch.js';
export { type FrameDescription, frameOf } from './leases/pooled-frame.js';
export { createMemoryManager } from './manager/create-memory-manager.js';
export type { MemoryBudgets, MemoryManagerOptions } from './manager/manager-options.js';
export type {
  BudgetKind,
  FreeingStep,
  ManagedAcquireOptions,
  ManagedFrame,
  ManagedFrameOptions,
  ManagedLease,
  ManagedPoolOptions,
  MemoryEvents,
  MemoryManager,
  MemoryShare,
  MemorySnapshot,
  MemoryUse,
  RegisterOptions,
} from './manager/memory-manager.js';
export type { ThumbnailCache } from './manager/thumbnail-cache.js';
export {
  createUsagePressure,
  type UsagePressure,
  type UsagePressureOptions,
  type UsageThresholds,
} from './manager/usage-pressure.js';
export type { PoolAcquireOptions, ReclaimRequest, TryAcquireOptions } from './pool/acquire-options.js';
export type { BufferPool, LateWrite, MemoryPool, PoolEvents } from './pool/buffer-pool.js';
export { type BufferPoolOptions, createBufferPool } from './pool/create-buffer-pool.js';
export { createGpuBufferPool, type GpuBufferPoolOptions } from './pool/create-gpu-buffer-pool.js';
export type { GpuBufferPool, GpuLease } from './pool/gpu-buffer-pool.js';
export type { PoolOptions } from './pool/pool-options.js';
export type { OwnerUse, PoolStats } from './pool/pool-stats.js';
export {
  type AttachSharedPoolOptions,
  attachSharedPool,
  createSharedPool,
  type SharedPoolOptions,
  type SharedPoolThreadOptions,
} from './shared-pool/create-shared-pool.js';
export type { SharedPool, SharedPoolHandle } from './shared-pool/shared-pool.js';
export type {
  LeaseMessage,
  LeaseTransfer,
  Passage,
  PlatformPort,
  ReturnPort,
} from './transfer/lease-message.js';
export { receiveFrame, transferFrame } from './transfer/transfer-frame.js';
export { receiveLease, transferLease } from './transfer/transfer-lease.js';
