import { createBufferPool } from '@framerail/buffer-pool';
import { type FfmpegBinaries, openFrameReader, probe } from '@framerail/ffmpeg';
import { FramerailError, isFramerailError } from '@framerail/lifecycle';
import { frameLayout, SRGB } from '@framerail/media-types';
import type { PictureInMemory } from '../export-options.js';

/** Options of {@link loadPicture}. */
export interface LoadPictureOptions {
  readonly path: string;
  readonly binaries: FfmpegBinaries;
  readonly signal?: AbortSignal;
}

/**
 * Reads a picture as RGBA with straight alpha. ffmpeg decodes it in a process of its own, so that a large one
 * doesn't hold up the event loop.
 *
 * @throws FramerailError `E_OVERLAY_INVALID` if there is no such picture or it can't be read, `E_ABORTED`
 */
export async function loadPicture({
  path,
  binaries,
  signal,
}: LoadPictureOptions): Promise<PictureInMemory['image']> {
  const abort = signal === undefined ? {} : { signal };
  try {
    const { video } = await probe(path, { binaries, ...abort });
    if (video === undefined) throw new Error('it has no picture');
    const { decodedWidth: width, decodedHeight: height } = video;
    const { byteLength } = frameLayout({ format: 'RGBA', width, height });
    using leases = createBufferPool({ maxBytes: 2 * byteLength + 65_536, name: 'overlay' });
    await using reader = await openFrameReader({
      binaries,
      input: path,
      video,
      format: 'RGBA',
      width,
      height,
      color: SRGB,
      // At its own rate: one a second would round a single frame of a 25th away.
      frameRate: video.frameRate,
      leases,
      frames: 1,
      maxQueued: 1,
      ...abort,
    });
    using frame = await reader.read();
    if (frame === undefined) throw new Error('it has no picture');
    return { data: frame.data.slice(), width, height };
  } catch (error) {
    if (isFramerailError(error, 'E_ABORTED')) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new FramerailError({
      code: 'E_OVERLAY_INVALID',
      message: `Expected a picture for the overlay in ${path} but ${why}`,
      cause: error,
      details: { path },
    });
  }
}
