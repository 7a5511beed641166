import type { VideoFrameLike } from '../src/index.js';

/** Tags of a frame of which nobody said anything. */
export const NO_TAGS = { primaries: null, transfer: null, matrix: null, fullRange: null };

/** What {@link fakeVideoFrame} gives. */
export interface FakeVideoFrame extends VideoFrameLike {
  /** How often it was closed. */
  closed: number;
}

/** A browser's VideoFrame whose planes begin with 1, 2, 3 and are 0 behind that. */
export function fakeVideoFrame(options: Partial<Omit<VideoFrameLike, 'close'>> = {}): FakeVideoFrame {
  const { codedWidth = 6, codedHeight = 4 } = options;
  return {
    format: 'NV12',
    codedWidth,
    codedHeight,
    visibleRect: { x: 0, y: 0, width: codedWidth, height: codedHeight },
    colorSpace: NO_TAGS,
    timestamp: 40_000,
    duration: 20_000,
    closed: 0,
    async copyTo(target, { layout = [] } = {}) {
      target.fill(0);
      for (const [index, { offset }] of layout.entries()) target[offset] = index + 1;
    },
    close() {
      this.closed += 1;
    },
    ...options,
  };
}
