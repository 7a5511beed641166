import { frameOf } from '@framerail/buffer-pool';
import { abortError, type LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat, RawFrame } from '@framerail/media-types';

/**
 * Makes the result of a frame in leased memory; if that fails the lease goes back.
 *
 * @param options - `source` gives timestamp and duration; `fill` writes all the target's pixels into the memory
 * @throws FramerailError of the lease source, whatever `fill` throws, and `E_ABORTED` if the signal aborted meanwhile
 */
export async function leasedResult(options: {
  leases: LeaseSource;
  target: FrameFormat;
  source: RawFrame;
  signal: AbortSignal | undefined;
  fill: (data: Uint8Array) => Promise<void>;
}): Promise<RawFrame> {
  const { leases, target, source, signal, fill } = options;
  const { timestampUs, durationUs } = source;
  const lease = await leases.acquire(target.layout.byteLength, { signal });
  try {
    const frame = frameOf(lease, { layout: target.layout, color: target.color, timestampUs, durationUs });
    await fill(frame.data);
    if (signal?.aborted) throw abortError(signal, 'Converting a frame');
    return frame;
  } catch (error) {
    lease.release();
    throw error;
  }
}
