import { FramerailError } from '@framerail/lifecycle';
import type { ColorSpace, FrameLayout, PixelFormat, RawFrame } from '@framerail/media-types';
import type { VideoFrameLike } from './frame-source.js';

/** The host's `VideoFrame` where the program is compiled with the DOM's types, else as much of it as is used here. */
export type HostVideoFrame = typeof globalThis extends { VideoFrame: { prototype: infer Frame } }
  ? Frame
  : VideoFrameLike;

/** What a `VideoFrame` of a frame in memory is made with: WebCodecs' `VideoFrameBufferInit`. */
export interface VideoFrameInit {
  /** WebCodecs' name of the format, which is ours. */
  readonly format: PixelFormat;
  /** Columns. */
  readonly codedWidth: number;
  /** Rows. */
  readonly codedHeight: number;
  /** Microseconds. */
  readonly timestamp: number;
  /** Microseconds; left out where unknown. */
  readonly duration?: number;
  /** Where the planes lie, in bytes. */
  readonly layout: { offset: number; stride: number }[];
  /** Tags for all of it but the chroma's place, for which WebCodecs has none. */
  readonly colorSpace: Omit<ColorSpace, 'chromaLocation'>;
}

/** Formats that WebCodecs has too. Browsers may lack the last. */
const WEBCODECS_FORMATS: readonly PixelFormat[] = ['RGBA', 'BGRA', 'NV12', 'I420', 'I422', 'I444', 'I420P10'];

/**
 * What a `VideoFrame` of this frame is made with.
 *
 * @throws FramerailError `E_UNSUPPORTED_FORMAT` for a format that WebCodecs hasn't
 */
export function videoFrameInit(frame: Omit<RawFrame, 'data' | typeof Symbol.dispose>): VideoFrameInit {
  const { layout, color, timestampUs, durationUs } = frame;
  expectWebcodecsFormat(layout);
  const { primaries, transfer, matrix, fullRange } = color;
  return {
    format: layout.format,
    codedWidth: layout.width,
    codedHeight: layout.height,
    timestamp: timestampUs,
    ...(durationUs > 0 ? { duration: durationUs } : {}),
    layout: layout.planes.map(({ offset, stride }) => ({ offset, stride })),
    colorSpace: { primaries, transfer, matrix, fullRange },
  };
}

/**
 * Makes the browser's `VideoFrame` of a frame in memory, for a `VideoEncoder`, a canvas or a worker. Samples, layout,
 * colour tags and time are the frame's; the samples are copied.
 *
 * @param frame - stays the caller's, and may be disposed as soon as this returns
 * @returns the caller's to `close()`
 * @throws FramerailError `E_UNSUPPORTED_FORMAT` for P010, RGBA16F, YUY2 and UYVY, which WebCodecs hasn't, and for what
 *   this browser refuses; `E_UNSUPPORTED_HOST` where there is no WebCodecs
 */
export function toVideoFrame(frame: RawFrame): HostVideoFrame {
  const init = videoFrameInit(frame);
  const { VideoFrame } = globalThis as {
    VideoFrame?: new (data: Uint8Array, init: VideoFrameInit) => HostVideoFrame;
  };
  if (VideoFrame === undefined) {
    throw new FramerailError({
      code: 'E_UNSUPPORTED_HOST',
      message:
        'Expected a host with WebCodecs, such as a browser or Electron, but there is no VideoFrame here',
    });
  }
  try {
    return new VideoFrame(frame.data, init);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const { format, width, height } = frame.layout;
    throw new FramerailError({
      code: 'E_UNSUPPORTED_FORMAT',
      message: `This browser makes no VideoFrame of ${format} ${width}×${height}: ${why}`,
      cause,
      details: { format, width, height },
    });
  }
}

function expectWebcodecsFormat({ format }: FrameLayout): void {
  if (WEBCODECS_FORMATS.includes(format)) return;
  throw new FramerailError({
    code: 'E_UNSUPPORTED_FORMAT',
    message: `Expected a format that WebCodecs has (${WEBCODECS_FORMATS.join(', ')}) but received ${format}; convert the frame first`,
    details: { format, formats: WEBCODECS_FORMATS },
  });
}
