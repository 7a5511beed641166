// The frame that all parts of the bench are about.
import { BT709, type FrameFormat, frameLayout } from '@framerail/media-types';

/** A decoded 4K frame. */
export const FRAME: FrameFormat = {
  layout: frameLayout({ format: 'NV12', width: 3840, height: 2160 }),
  color: BT709,
};

/** Bytes of it. */
export const FRAME_BYTES = FRAME.layout.byteLength;
