import { FramerailError } from '@framerail/lifecycle';
import {
  type FfmpegBinaries,
  type FrameReaderOptions,
  openFrameReader,
  probe,
  type RawFrameReader,
  type VideoStreamInfo,
} from '../src/index.js';

/** Describes a file that has video. */
export async function describeVideo(binaries: FfmpegBinaries, path: string): Promise<VideoStreamInfo> {
  const { video } = await probe(path, { binaries });
  if (video === undefined) throw new FramerailError({ code: 'E_TEST', message: `Expected video in ${path}` });
  return video;
}

/** What a reader needs that has no default here. */
export type ReadingOptions = Partial<FrameReaderOptions> &
  Pick<FrameReaderOptions, 'binaries' | 'input' | 'leases'>;

/** Opens a reader on frames as the file has them, in NV12, but for what is asked otherwise. */
export async function openReader(options: ReadingOptions): Promise<RawFrameReader> {
  const video = options.video ?? (await describeVideo(options.binaries, options.input));
  const { decodedWidth: width, decodedHeight: height, frameRate, color } = video;
  return openFrameReader({ video, format: 'NV12', width, height, frameRate, color, ...options });
}

/** Reads to the end, disposing each frame. */
export async function readAll(reader: RawFrameReader): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  for await (const frame of reader) {
    frames.push(frame.data.slice());
    frame[Symbol.dispose]();
  }
  return frames;
}

/** Luma in the middle of each frame of 16 rows or more. */
export function lumas(frames: readonly Uint8Array[], width = 16): number[] {
  return frames.map((frame) => frame[8 * width + 8] ?? -1);
}
