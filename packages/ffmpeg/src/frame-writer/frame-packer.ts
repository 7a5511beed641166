import {
  type FrameLayout,
  frameLayout,
  isTightlyPacked,
  planeRowBytes,
  planeRows,
  type RawFrame,
} from '@framerail/media-types';

/** Bytes of a frame as ffmpeg's rawvideo wants them. */
export interface PackedFrame {
  readonly bytes: Uint8Array;
  /** Whether {@link bytes} are the frame's own memory, or a copy that the frame is no longer needed for. */
  readonly isCopy: boolean;
  /** To be called when the bytes were taken. */
  done(): void;
}

/** Makes what packs frames of one layout. Memory for copies is kept for the next frame. */
export function createFramePacker(layout: FrameLayout): (frame: RawFrame) => PackedFrame {
  const { format, width, height } = layout;
  const tight = frameLayout({ format, width, height });
  const free: Uint8Array[] = [];

  return (frame) => {
    if (isTightlyPacked(frame.layout)) {
      return { bytes: frame.data.subarray(0, tight.byteLength), isCopy: false, done: () => {} };
    }
    const bytes = free.pop() ?? new Uint8Array(tight.byteLength);
    frame.layout.planes.forEach(({ offset, stride }, index) => {
      const rowBytes = planeRowBytes(format, index, width);
      const start = tight.planes[index]?.offset ?? 0;
      for (let row = 0; row < planeRows(format, index, height); row += 1) {
        const from = offset + row * stride;
        bytes.set(frame.data.subarray(from, from + rowBytes), start + row * rowBytes);
      }
    });
    return { bytes, isCopy: true, done: () => free.push(bytes) };
  };
}
