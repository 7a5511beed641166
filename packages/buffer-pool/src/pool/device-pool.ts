import { abortError, type FramerailError, isFramerailError, type TrimRequest } from '@framerail/lifecycle';
import type { Allocator } from '../allocators/allocator.js';
import type { GpuAllocator } from '../allocators/gpu-allocator.js';
import { type GpuDeviceLike, type LossWatch, largestBuffer, watchLoss } from '../allocators/gpu-device.js';
import { aboveDeviceLimit } from '../allocators/gpu-errors.js';
import { GPU_ACCESS, GpuMemory } from '../blocks/gpu-memory.js';
import { GpuBufferLease } from '../leases/gpu-lease.js';
import { describeWait } from '../waiting/request-line.js';
import type { PoolAcquireOptions, TryAcquireOptions } from './acquire-options.js';
import type { GpuBufferPool, GpuLease } from './gpu-buffer-pool.js';
import type { PoolSettings } from './pool-settings.js';
import type { PoolStats } from './pool-stats.js';
import { SizeClassedPool } from './size-classed-pool.js';

/** A pool of buffers: the pool for any memory, and around it what is a device's alone. */
export class DevicePool implements GpuBufferPool {
  readonly name: string;
  readonly on: GpuBufferPool['on'];
  readonly #engine: SizeClassedPool<GpuMemory, GpuBufferLease>;
  readonly #device: GpuDeviceLike;
  readonly #watch: LossWatch;
  readonly #canBeMapped: boolean;

  /** @param canBeMapped - whether the buffers' usage allows it */
  constructor(
    settings: PoolSettings,
    buffers: GpuAllocator,
    options: { readonly device: GpuDeviceLike; readonly canBeMapped: boolean },
  ) {
    this.name = settings.name;
    this.#device = options.device;
    this.#canBeMapped = options.canBeMapped;
    this.#watch = watchLoss(options.device);
    this.#engine = new SizeClassedPool<GpuMemory, GpuBufferLease>(settings, {
      allocator: memoryAllocator(buffers, options.device, this.#watch),
      access: GPU_ACCESS,
      Lease: GpuBufferLease,
    });
    this.on = this.#engine.on;
    this.#watch.onLost = () => this.#engine.close();
  }

  async acquire(byteLength: number, options: PoolAcquireOptions = {}): Promise<GpuLease> {
    this.#expectPossible(byteLength);
    let lease: GpuBufferLease | undefined = await this.#engine
      .acquireAs(byteLength, false, false, options)
      .catch((error: unknown) => this.#throw(error));
    const { signal } = options;
    for (let attempt = 1; ; attempt += 1) {
      const memory: GpuMemory = lease.memory;
      const failure: FramerailError | undefined =
        memory.outcome === undefined ? memory.failure : await memory.outcome;
      if (failure === undefined && !signal?.aborted) {
        lease.handOverNext();
        return this.#unmapped(lease);
      }
      lease.release();
      if (failure === undefined) throw abortError(signal as AbortSignal, describeWait(byteLength, this.name));
      lease = attempt > 1 ? undefined : this.#again(byteLength, options, failure);
      if (lease === undefined) throw failure;
    }
  }

  tryAcquire(byteLength: number, options: TryAcquireOptions = {}): GpuLease | undefined {
    this.#expectPossible(byteLength);
    for (let attempt = 1; ; attempt += 1) {
      const lease = this.#tryLend(byteLength, options);
      const failure = lease?.memory.failure;
      if (lease === undefined || failure === undefined) return lease && this.#unmapped(lease);
      lease.release();
      if (attempt > 1) throw failure;
    }
  }

  trim(request?: TrimRequest): number {
    return this.#engine.trim(request);
  }

  limit(bytes: number): void {
    this.#engine.limit(bytes);
  }

  flush(): void {
    this.#engine.flush();
  }

  close(): void {
    // A device lives longer than its pools, and must not keep them.
    this.#watch.onLost = undefined;
    this.#engine.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  stats(): PoolStats {
    return this.#engine.stats();
  }

  /** After a buffer that turned out not to be there: one more, with what lies here unused given back if it is memory that is short. */
  #again(
    byteLength: number,
    options: TryAcquireOptions,
    failure: FramerailError,
  ): GpuBufferLease | undefined {
    if (this.#watch.lost !== undefined) return undefined;
    if (failure.code === 'E_GPU_OUT_OF_MEMORY') this.#engine.trim();
    try {
      return this.#engine.tryAcquire(byteLength, options, false, this.#engine.nextSite());
    } catch {
      // Of two failures the first one says more.
      return undefined;
    }
  }

  #tryLend(byteLength: number, options: TryAcquireOptions): GpuBufferLease | undefined {
    try {
      return this.#engine.tryAcquire(byteLength, options);
    } catch (error) {
      return this.#throw(error);
    }
  }

  /** What the last borrower left mapped, or asked to be, would surprise the next one at a submission. */
  #unmapped(lease: GpuBufferLease): GpuLease {
    if (this.#canBeMapped) {
      const { buffer } = lease.memory;
      if (buffer.mapState !== 'unmapped') buffer.unmap();
    }
    return lease;
  }

  #expectPossible(byteLength: number): void {
    if (this.#watch.lost !== undefined) throw this.#watch.lost;
    const largest = largestBuffer(this.#device);
    if (Number.isSafeInteger(byteLength) && byteLength > largest) throw aboveDeviceLimit(byteLength, largest);
  }

  /** A device's own failures are passed on as they are, and a pool that its device's end has closed says so. */
  #throw(error: unknown): never {
    const isAllocation = isFramerailError(error, 'E_POOL_ALLOCATION_FAILED');
    const { lost } = this.#watch;
    if (lost !== undefined && (isAllocation || isFramerailError(error, 'E_POOL_CLOSED'))) throw lost;
    if (isAllocation && isFramerailError(error.cause)) throw error.cause;
    throw error;
  }
}

/** Buffers as a pool's memory. A class may reach beyond what the device makes though no request does. */
function memoryAllocator(
  buffers: GpuAllocator,
  device: GpuDeviceLike,
  source: LossWatch,
): Allocator<GpuMemory> {
  return Object.freeze({
    name: buffers.name,
    allocate(byteLength: number): GpuMemory {
      const buffer = buffers.allocate(Math.min(byteLength, largestBuffer(device)));
      return new GpuMemory(buffer, byteLength, source, buffers.outcomeOf(buffer));
    },
    free: (memory: GpuMemory) => buffers.free(memory.buffer),
  });
}
