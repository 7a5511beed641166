import { expectObject } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { Allocator } from '../allocators/allocator.js';
import { BYTES_ACCESS } from '../blocks/memory-access.js';
import { PoolLease } from '../leases/pool-lease.js';
import { type FrameDescription, frameOf } from '../leases/pooled-frame.js';
import type { PoolAcquireOptions } from './acquire-options.js';
import type { BufferPool } from './buffer-pool.js';
import { expectLayout } from './pool-request.js';
import type { PoolSettings } from './pool-settings.js';
import { SizeClassedPool } from './size-classed-pool.js';

/** A pool of bytes, which can be lent as frames. */
export class BytePool extends SizeClassedPool<Uint8Array, PoolLease> implements BufferPool {
  constructor(settings: PoolSettings, allocator: Allocator) {
    super(settings, { allocator, access: BYTES_ACCESS, Lease: PoolLease });
  }

  async acquireFrame(frame: FrameDescription, options?: PoolAcquireOptions): Promise<RawFrame> {
    const { layout } = expectObject('frame', frame, 'a frame { layout, color, … }');
    const { byteLength } = expectLayout('frame.layout', layout);
    const lease = await this.acquireAs(byteLength, true, false, options);
    lease.handOverNext();
    try {
      return frameOf(lease, frame);
    } catch (error) {
      lease.release();
      throw error;
    }
  }
}
