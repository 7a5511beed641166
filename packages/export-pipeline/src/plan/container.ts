import { extname } from 'node:path';
import { invalidArgument } from '@framerail/lifecycle';

/** What an output file's format can hold, as far as exports need it. */
export interface Container {
  /** ffmpeg's name for it (`-f`). */
  readonly muxer: 'mp4' | 'mov' | 'matroska' | 'mpegts';
  /** Video codecs (ffprobe's names) that are copied into it as they are. */
  readonly copyVideo: readonly string[];
  /** Audio codecs that are copied into it as they are. */
  readonly copyAudio: readonly string[];
  /** Output arguments that it always gets. */
  readonly args: readonly string[];
}

// The index goes to the front so that players and web servers can start before the whole file is there; colr is
// written by default with tags that are known, which ours are.
const FAST_START = ['-movflags', '+faststart'];

const MP4: Container = {
  muxer: 'mp4',
  copyVideo: ['h264', 'hevc', 'av1', 'mpeg4', 'vp9'],
  copyAudio: ['aac', 'mp3', 'ac3', 'eac3', 'alac', 'flac', 'opus'],
  args: FAST_START,
};

const CONTAINERS: Readonly<Record<string, Container>> = {
  '.mp4': MP4,
  '.m4v': MP4,
  '.mov': {
    muxer: 'mov',
    copyVideo: ['h264', 'hevc', 'mpeg4', 'prores', 'mjpeg'],
    copyAudio: ['aac', 'mp3', 'ac3', 'eac3', 'alac', 'pcm_s16le', 'pcm_s24le', 'pcm_s16be', 'pcm_s24be'],
    args: FAST_START,
  },
  '.mkv': {
    muxer: 'matroska',
    copyVideo: ['h264', 'hevc', 'av1', 'mpeg4', 'vp8', 'vp9', 'ffv1', 'mpeg2video', 'prores', 'mjpeg'],
    copyAudio: [
      'aac',
      'mp3',
      'mp2',
      'ac3',
      'eac3',
      'dts',
      'alac',
      'flac',
      'opus',
      'vorbis',
      'pcm_s16le',
      'pcm_s24le',
    ],
    args: [],
  },
  '.ts': {
    muxer: 'mpegts',
    copyVideo: ['h264', 'hevc', 'mpeg2video'],
    copyAudio: ['aac', 'mp3', 'mp2', 'ac3', 'eac3'],
    args: [],
  },
};

/**
 * The container that an output's name asks for.
 *
 * @param output - a path with one of the known extensions, in any case
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function containerOf(output: string): Container {
  const container = CONTAINERS[extname(output).toLowerCase()];
  if (container !== undefined) return container;
  throw invalidArgument('output', `a path that ends in one of ${Object.keys(CONTAINERS).join(', ')}`, output);
}
