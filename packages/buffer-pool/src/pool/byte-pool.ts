import type { RawFrame } from '@framerail/media-types';
import type { Allocator } from '../allocators/allocator.js';
import { BYTES_ACCESS } from '../blocks/memory-access.js';
import { PoolLease } from '../leases/pool-lease.js';
import { describeFrame, type FrameDescription, frameOf } from '../leases/pooled-frame.js';
import type { PoolAcquireOptions } from './acquire-options.js';
import type { BufferPool } from './buffer-pool.js';
import type { PoolSettings } from './pool-settings.js';
import { SizeClassedPool } from './size-classed-pool.js';

/** A pool of bytes, which can be lent as frames. */
export class BytePool extends SizeClassedPool<Uint8Array, PoolLease> implements BufferPool {
  constructor(settings: PoolSettings, allocator: Allocator) {
    super(settings, { allocator, access: BYTES_ACCESS, Lease: PoolLease });
  }

  async acquireFrame(frame: FrameDescription, options?: PoolAcquireOptions): Promise<RawFrame> {
    const described = describeFrame('frame', frame);
    const lease = await this.acquireAs(described.layout.byteLength, true, false, options);
    lease.handOverNext();
    return frameOf(lease, described);
  }
}
