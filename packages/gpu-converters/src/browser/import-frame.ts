import { frameOf } from '@framerail/buffer-pool';
import { type LeaseSource, throwIfAborted } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import { checkFrameSource, type FrameSource, isVideoFrame, type VideoFrameLike } from './frame-source.js';
import { importFailed } from './import-failed.js';
import { readPicture } from './read-picture.js';
import { copyPlanOf, type ImportedFormat, importedFormat } from './source-format.js';

/** Options of {@link importFrame}. */
export interface ImportFrameOptions {
  /** Where the frame's memory comes from. */
  readonly leases: LeaseSource;
  /** Reads pictures through a texture of this device; without one, a 2D canvas does it. VideoFrames need none. */
  readonly device?: GPUDevice | undefined;
  /** A picture's time in microseconds; default 0. VideoFrames have their own. */
  readonly timestampUs?: number | undefined;
  /** A picture's duration in microseconds; default 0. VideoFrames have their own. */
  readonly durationUs?: number | undefined;
  /** Ends the wait for memory; what is being copied is copied to its end and given up. */
  readonly signal?: AbortSignal | undefined;
}

/** A frame that came out of a browser's object, in memory of its own. */
export interface ImportedFrame extends RawFrame, Pick<ImportedFormat, 'guessed' | 'path'> {
  /** Clockwise degrees by which the source is to be turned for display; the samples are not. */
  readonly rotationDegrees: number;
  /** Whether the source is to be mirrored for display, after its rotation; the samples are not. */
  readonly isFlipped: boolean;
}

/**
 * Takes a frame out of a `VideoFrame`, an `ImageBitmap` or a canvas. A VideoFrame's planes are copied as they are, in
 * its own format, so that converting them is exact; `importExternalTexture` and canvases would convert them somehow.
 * {@link importedFormat} tells beforehand what comes.
 *
 * @param source - stays the caller's, to be closed when this has settled
 * @param options - where the memory comes from
 * @returns the caller's to dispose
 * @throws FramerailError `E_INVALID_ARGUMENT`, also for what was closed; `E_IMPORT_FAILED` with the browser's reason as
 *   `cause`; `E_ABORTED` and the errors of the lease source
 */
export async function importFrame(source: FrameSource, options: ImportFrameOptions): Promise<ImportedFrame> {
  const { leases, signal, timestampUs = 0, durationUs = 0 } = options;
  throwIfAborted(signal, 'Importing a frame');
  checkFrameSource(source);
  if (isVideoFrame(source)) return importVideoFrame(source, leases, signal);
  const format = importedFormat(source);
  const lease = await leases.acquire(format.layout.byteLength, { signal });
  try {
    await readPicture(source, lease.bytes, options.device);
    throwIfAborted(signal, 'Importing a frame');
  } catch (error) {
    lease.release();
    throw error;
  }
  const frame = frameOf(lease, { ...pick(format), timestampUs, durationUs });
  return Object.assign(frame, { ...about(format), rotationDegrees: 0, isFlipped: false });
}

async function importVideoFrame(
  source: VideoFrameLike,
  leases: LeaseSource,
  signal: AbortSignal | undefined,
): Promise<ImportedFrame> {
  const plan = copyPlanOf(source);
  const { width, height, planes, byteLength } = plan.layout;
  const { timestamp, duration, rotation = 0, flip = false } = source;
  // copyTo insists on a place for every plane.
  const alphaPlane = plan.hasAlphaPlane ? [{ offset: byteLength, stride: width }] : [];
  const bytes = byteLength + (plan.hasAlphaPlane ? width * height : 0);
  const lease = await leases.acquire(bytes, { signal });
  try {
    const layout = [...planes, ...alphaPlane].map(({ offset, stride }) => ({ offset, stride }));
    const memory = lease.bytes as Uint8Array<ArrayBuffer>;
    await source.copyTo(memory, plan.path === 'browser' ? { layout, format: 'RGBA' } : { layout });
    if (plan.fillsAlpha) fillAlpha(memory.subarray(0, byteLength));
    throwIfAborted(signal, 'Importing a frame');
  } catch (error) {
    lease.release();
    throwIfAborted(signal, 'Importing a frame');
    throw importFailed(`a VideoFrame in ${source.format ?? 'a format of its own'}`, error);
  }
  const frame = frameOf(lease, { ...pick(plan), timestampUs: timestamp, durationUs: duration ?? 0 });
  return Object.assign(frame, { ...about(plan), rotationDegrees: rotation, isFlipped: flip });
}

function fillAlpha(bytes: Uint8Array): void {
  for (let index = 3; index < bytes.length; index += 4) bytes[index] = 255;
}

const pick = ({ layout, color }: ImportedFormat) => ({ layout, color });
const about = ({ guessed, path }: ImportedFormat) => ({ guessed, path });
