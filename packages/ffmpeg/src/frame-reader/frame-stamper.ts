import type { Lease } from '@framerail/lifecycle';
import {
  type FrameFormat,
  frameDurationUs,
  frameTimestampUs,
  type Rational,
  type RawFrame,
} from '@framerail/media-types';

/** Options of {@link createFrameStamper}. */
export interface FrameStamperOptions extends FrameFormat {
  readonly frameRate: Rational;
  /** Time of frame 0, in microseconds. */
  readonly startUs: number;
}

/** Makes frames of leases: exact timestamps by index, and a lease that goes back with the frame. */
export function createFrameStamper(options: FrameStamperOptions): (lease: Lease, index: number) => RawFrame {
  const { layout, color, frameRate, startUs } = options;
  return (lease, index) => ({
    layout,
    color,
    timestampUs: startUs + frameTimestampUs(index, frameRate),
    durationUs: frameDurationUs(index, frameRate),
    // Asked for each time, so that a frame that was disposed can't be read.
    get data() {
      return lease.bytes;
    },
    [Symbol.dispose]: () => lease.release(),
  });
}
