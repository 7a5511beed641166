import { expectInteger, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import { describeFrame, type FrameDescription, frameOf, leaseOf } from '../leases/pooled-frame.js';
import type { LeaseMessage, LeaseTransfer } from './lease-message.js';
import { receiveWith, transferWith } from './transfer-lease.js';

/**
 * Ends a frame here and packs it for another thread; as `transferLease`, with layout, colour and time.
 *
 * @param frame - of a pool's `acquireFrame`, `frameOf` or {@link receiveFrame}, whose lease has no other holders
 * @throws FramerailError as `transferLease`
 */
export function transferFrame(frame: RawFrame): LeaseTransfer {
  expectObject('frame', frame, 'a frame that owns a lease');
  const lease = leaseOf(frame);
  if (lease === undefined)
    throw invalidArgument('frame', 'a frame that owns a lease, as those of acquireFrame and frameOf', frame);
  return transferWith(lease, describeFrame('frame', frame));
}

/**
 * Makes a frame of what {@link transferFrame} sent. Disposing it posts the memory home.
 *
 * @param message - as it came out of the port; each is received once
 * @throws FramerailError as `receiveLease`; `E_INVALID_ARGUMENT` if the message is a lease's without a frame
 */
export function receiveFrame(message: unknown): RawFrame {
  const { lease, seen } = receiveWith(message, expectFrame);
  return frameOf(lease, seen);
}

function expectFrame({ frame, byteLength }: LeaseMessage): FrameDescription {
  const { layout, color, timestampUs, durationUs } = expectObject(
    'message.frame',
    frame as FrameDescription,
    'a frame; use receiveLease for messages of transferLease',
  );
  expectObject('message.frame.layout', layout, 'a layout');
  expectObject('message.frame.color', color, 'a colour space');
  expectInteger('message.frame.layout.byteLength', layout.byteLength, { min: 1, max: byteLength });
  expectInteger('message.frame.timestampUs', timestampUs);
  expectInteger('message.frame.durationUs', durationUs, { min: 0 });
  return frame as FrameDescription;
}
