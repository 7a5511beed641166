import type { GpuMemory } from '../blocks/gpu-memory.js';
import type { GpuLease } from '../pool/gpu-buffer-pool.js';
import { BlockLease } from './block-lease.js';

/** A lease of a buffer. */
export class GpuBufferLease extends BlockLease<GpuMemory, GpuBufferLease> implements GpuLease {
  /** The buffer, unless there is none after all. */
  get buffer(): GPUBuffer {
    const { buffer, failure } = this.view();
    if (failure !== undefined) throw failure;
    return buffer;
  }

  /** The buffer with what is known of it, for its pool. */
  get memory(): GpuMemory {
    return this.view();
  }

  protected override self(): GpuBufferLease {
    return this;
  }
}
