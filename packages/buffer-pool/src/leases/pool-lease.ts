import type { Lease } from '@framerail/lifecycle';
import type { AwayBlock } from './away-block.js';
import { BlockLease } from './block-lease.js';

/** A lease of bytes. */
export class PoolLease extends BlockLease<Uint8Array, PoolLease> implements Lease {
  /** The memory, exactly the bytes that were asked for. */
  get bytes(): Uint8Array {
    return this.view();
  }

  /**
   * Ends the lease here while its memory is used by another thread. It stays counted as lent.
   *
   * @throws FramerailError `E_LEASE_RELEASED`; `E_LEASE_SHARED` while the memory has other holders
   */
  sendAway(): AwayBlock {
    const { byteLength } = this;
    const { block, lender } = this.leave();
    let isAway = true;
    const end = (memory: Uint8Array | undefined): void => {
      if (!isAway) return;
      isAway = false;
      lender.welcome(block, memory);
    };
    return Object.freeze({
      memory: block.memory,
      byteLength,
      recordsReleases: lender.recordsReleases,
      comeHome: (memory: Uint8Array) => end(memory),
      giveUp: () => end(undefined),
    });
  }

  protected override self(): PoolLease {
    return this;
  }
}
