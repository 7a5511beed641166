import type { Lease, LeaseSource } from '@framerail/lifecycle';
import { demand } from '@framerail/lifecycle/testing';
import { type FrameLayout, planeRowBytes, planeRows } from '@framerail/media-types';

/** Bytes before and after every lease. */
const GUARD_BYTES = 64;
/** What memory holds before a backend gets it. */
const UNTOUCHED = 0xa5;

/** Leases that tell when somebody wrote beside the rows of a frame. */
export interface GuardedLeases extends LeaseSource {
  /** Demands that the memory of a result is as it was wherever no row lies; memory from elsewhere isn't looked at. */
  check(data: Uint8Array, layout: FrameLayout): void;
}

/** Puts guards around the leases of a source. */
export function guardedLeases(leases: LeaseSource): GuardedLeases {
  const areas: Uint8Array[] = [];
  return {
    async acquire(byteLength, options) {
      const lease = await leases.acquire(byteLength + 2 * GUARD_BYTES, options);
      areas.push(lease.bytes.fill(UNTOUCHED));
      return inside(lease, byteLength);
    },
    check(data, layout) {
      const area = areas.find(
        (one) => one.buffer === data.buffer && one.byteOffset + GUARD_BYTES === data.byteOffset,
      );
      if (area !== undefined) checkArea(area, layout);
    },
  };
}

function inside(lease: Lease, byteLength: number): Lease {
  return {
    byteLength,
    get bytes() {
      return lease.bytes.subarray(GUARD_BYTES, GUARD_BYTES + byteLength);
    },
    retain: () => inside(lease.retain(), byteLength),
    release: () => lease.release(),
    [Symbol.dispose]: () => lease.release(),
  };
}

function checkArea(area: Uint8Array, layout: FrameLayout): void {
  const isWritten = new Uint8Array(area.byteLength);
  for (const [index, { offset, stride }] of layout.planes.entries()) {
    const rowBytes = planeRowBytes(layout.format, index, layout.width);
    for (let y = 0; y < planeRows(layout.format, index, layout.height); y += 1) {
      const start = GUARD_BYTES + offset + y * stride;
      isWritten.fill(1, start, start + rowBytes);
    }
  }
  const at = area.findIndex((byte, index) => isWritten[index] === 0 && byte !== UNTOUCHED);
  demand(at < 0, () => `byte ${at - GUARD_BYTES}, which belongs to no row, to be left alone`);
}
