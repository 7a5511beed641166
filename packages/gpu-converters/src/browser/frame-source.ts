import { invalidArgument } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';

/** Where a plane goes in `VideoFrame.copyTo`, in bytes. */
export interface CopyPlane {
  /** From the start of the memory to the plane's first byte. */
  readonly offset: number;
  /** From one row's start to the next. */
  readonly stride: number;
}

/** What `VideoFrame.copyTo` takes. */
export interface CopyOptions {
  /** One entry a plane of the copied format. */
  layout?: CopyPlane[];
  /** An RGB format to convert to on the way; not set: the frame's own format. */
  format?: 'RGBA';
}

/** A browser's `VideoFrame`, as far as it is needed here: any WebCodecs implementation will do. */
export interface VideoFrameLike {
  /** WebCodecs' name of the format; `null` where the browser doesn't tell. */
  readonly format: string | null;
  /** Columns in memory; 0 once the frame is closed. */
  readonly codedWidth: number;
  /** Rows in memory. */
  readonly codedHeight: number;
  /** The part that is shown, which is all that is imported. */
  readonly visibleRect: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  } | null;
  /** Colour tags; `null` for what nobody said. */
  readonly colorSpace: {
    readonly primaries: string | null;
    readonly transfer: string | null;
    readonly matrix: string | null;
    readonly fullRange: boolean | null;
  };
  /** Microseconds. */
  readonly timestamp: number;
  /** Microseconds; `null` if unknown. */
  readonly duration: number | null;
  /** Clockwise degrees by which it is to be turned for display; missing in older browsers. */
  readonly rotation?: number;
  /** Whether it is to be mirrored for display, after its rotation; missing in older browsers. */
  readonly flip?: boolean;
  /** Copies samples into memory. */
  copyTo(destination: Uint8Array<ArrayBuffer>, options?: CopyOptions): Promise<unknown>;
  /** Gives its memory back to the decoder. */
  close(): void;
}

/** A browser's `ImageBitmap`, `OffscreenCanvas` or `HTMLCanvasElement`. */
export interface PictureLike {
  /** Pixels; 0 once an `ImageBitmap` is closed. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** `ImageBitmap`'s; canvases have none. */
  close?(): void;
}

/** What frames can be taken from in a browser. */
export type FrameSource = VideoFrameLike | PictureLike;

/** Tells a browser's `VideoFrame`, also one of another realm. */
export function isVideoFrame(value: unknown): value is VideoFrameLike {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as VideoFrameLike).copyTo === 'function' && 'codedWidth' in value;
}

/** Tells a frame in memory from what a browser has. */
export function isRawFrame(value: RawFrame | FrameSource): value is RawFrame {
  return typeof value === 'object' && value !== null && 'layout' in value && 'data' in value;
}

/**
 * Checks what a frame is to be taken from.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`, also for what was closed
 */
export function checkFrameSource(source: FrameSource): void {
  if (isVideoFrame(source)) {
    if (source.codedWidth > 0) return;
    throw invalidArgument('source', 'an open VideoFrame', 'one that was closed');
  }
  const { width, height } = (source ?? {}) as Partial<PictureLike>;
  if (typeof width !== 'number' || typeof height !== 'number')
    throw invalidArgument('source', 'a VideoFrame, an ImageBitmap or a canvas', source);
  if (width === 0 || height === 0)
    throw invalidArgument('source', 'a picture with pixels', `one of ${width}×${height} (closed?)`);
}

/** Gives back what a browser holds for a source; canvases go on living. */
export function closeFrameSource(source: FrameSource): void {
  if (typeof source?.close === 'function') source.close();
}
