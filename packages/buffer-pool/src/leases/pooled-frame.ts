import { expectObject, invalidArgument, type Lease } from '@framerail/lifecycle';
import type { ColorSpace, FrameLayout, RawFrame } from '@framerail/media-types';
import { expectLayout } from '../pool/pool-request.js';
import { BlockLease } from './block-lease.js';

/** What a frame is, apart from its memory. */
export interface FrameDescription {
  /** Where the planes lie in the frame's memory. */
  readonly layout: FrameLayout;
  /** What the codes mean. */
  readonly color: ColorSpace;
  /** When the frame is shown, in integer microseconds. */
  readonly timestampUs: number;
  /** How long it is shown, in integer microseconds; 0 if unknown. */
  readonly durationUs: number;
}

class PooledFrame implements RawFrame {
  readonly layout: FrameLayout;
  readonly color: ColorSpace;
  readonly timestampUs: number;
  readonly durationUs: number;
  /** What it owns. */
  readonly lease: Lease;

  constructor(lease: Lease, description: FrameDescription) {
    this.lease = lease;
    this.layout = description.layout;
    this.color = description.color;
    this.timestampUs = description.timestampUs;
    this.durationUs = description.durationUs;
  }

  get data(): Uint8Array {
    const { bytes } = this.lease;
    const { byteLength } = this.layout;
    return bytes.byteLength === byteLength ? bytes : bytes.subarray(0, byteLength);
  }

  [Symbol.dispose](): void {
    this.lease[Symbol.dispose]();
  }
}

/**
 * The lease that a frame of {@link frameOf} owns.
 *
 * @param frame - any frame
 * @returns `undefined` for frames from elsewhere
 */
export function leaseOf(frame: RawFrame): Lease | undefined {
  return frame instanceof PooledFrame ? frame.lease : undefined;
}

/**
 * Makes a frame of leased memory. The frame owns the lease: disposing the frame releases it.
 *
 * @param lease - at least `layout.byteLength` bytes; stays the caller's if this throws
 * @param description - layout, colour and time
 * @returns its `data` is exactly `layout.byteLength` bytes and throws `E_LEASE_RELEASED` after disposal
 * @throws FramerailError `E_INVALID_ARGUMENT` if one of them is something else, or the lease is too small for the layout
 */
export function frameOf(lease: Lease, description: FrameDescription): RawFrame {
  const described = describeFrame('description', description);
  const { layout } = described;
  expectObject('lease', lease, 'a lease');
  if (!(lease.byteLength >= layout.byteLength)) {
    const need = `at least the ${layout.byteLength} bytes of ${layout.format} ${layout.width}×${layout.height}`;
    throw invalidArgument('lease.byteLength', need, lease.byteLength);
  }
  // Whoever holds the frame must find the lease released for as long as it holds the frame.
  if (lease instanceof BlockLease) lease.isReused = false;
  return new PooledFrame(lease, described);
}

/**
 * Takes what a frame is, once: whoever gave it may change it while memory is waited for.
 *
 * @param name - the argument's name, for messages
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function describeFrame(name: string, given: FrameDescription): FrameDescription {
  const { layout, color, timestampUs, durationUs } = expectObject(
    name,
    given,
    'a frame { layout, color, … }',
  );
  expectLayout(`${name}.layout`, layout);
  return { layout, color, timestampUs, durationUs };
}
