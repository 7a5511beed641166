// Three ways of getting the same frames through the same encoder into the same kind of file.
import { spawn } from 'node:child_process';
import { exportFrames } from '@framerail/export-pipeline';
import type { Capabilities, FfmpegBinaries } from '@framerail/ffmpeg';
import {
  frameDurationUs,
  frameLayout,
  frameTimestampUs,
  type RawFrame,
  rational,
  SRGB,
} from '@framerail/media-types';

export const WIDTH = 3840;
export const HEIGHT = 2160;
const FRAME_RATE = rational(30);

/** x264's options, the same for all. */
const X264 = { codec: 'libx264', preset: 'ultrafast', crf: 23 } as const;
const X264_ARGUMENTS = [
  '-c:v',
  X264.codec,
  '-preset',
  X264.preset,
  '-crf',
  String(X264.crf),
  '-an',
  '-movflags',
  '+faststart',
  '-y',
];

export interface Work {
  binaries: FfmpegBinaries;
  /** Asked once, as a program does that exports more than one film. */
  capabilities: Capabilities;
  /** Distinct RGBA frames. */
  frames: readonly Uint8Array[];
  /** The same frames as NV12 in one file. */
  nv12Path: string;
  /** How often the frames are gone through. */
  loops: number;
  /** The file to make. */
  output: string;
}

/** RGBA frames through Framerail: converted by its kernels, over the frame pipe, into x264. */
export async function framerail({ binaries, capabilities, frames, loops, output }: Work): Promise<void> {
  const layout = frameLayout({ format: 'RGBA', width: WIDTH, height: HEIGHT });
  async function* source(): AsyncGenerator<RawFrame> {
    for (let index = 0; index < frames.length * loops; index++) {
      yield {
        data: frames[index % frames.length] as Uint8Array,
        layout,
        color: SRGB,
        timestampUs: frameTimestampUs(index, FRAME_RATE),
        durationUs: frameDurationUs(index, FRAME_RATE),
        // The frames are used again and again.
        [Symbol.dispose]() {},
      };
    }
  }
  await exportFrames({
    binaries,
    capabilities,
    frames: source(),
    frameRate: FRAME_RATE,
    output,
    ...X264,
    gpuFormatConversion: 'off',
  });
}

const raw = (format: string): string[] => [
  '-f',
  'rawvideo',
  '-pix_fmt',
  format,
  '-s',
  `${WIDTH}x${HEIGHT}`,
  '-r',
  '30',
];

/** ffmpeg alone, encoding NV12 frames from a file that lies in the page cache. */
export async function ffmpegAlone({ binaries, nv12Path, loops, output }: Work): Promise<void> {
  const input = [...raw('nv12'), '-stream_loop', String(loops - 1), '-i', nv12Path];
  await finished(start(binaries, [...input, ...X264_ARGUMENTS, output]));
}

/** The way it is done without Framerail: RGBA into ffmpeg's stdin by Node, converted by swscale. */
export async function rgbaIntoStdin({ binaries, frames, loops, output }: Work): Promise<void> {
  const child = start(binaries, [
    ...raw('rgba'),
    '-i',
    '-',
    '-pix_fmt',
    'yuv420p',
    ...X264_ARGUMENTS,
    output,
  ]);
  const done = finished(child);
  for (let index = 0; index < frames.length * loops; index++) {
    if (!child.stdin.write(frames[index % frames.length]))
      await new Promise((resolve) => child.stdin.once('drain', resolve));
  }
  child.stdin.end();
  await done;
}

function start({ ffmpeg }: FfmpegBinaries, args: readonly string[]) {
  return spawn(ffmpeg.path, ['-v', 'error', ...args], { stdio: ['pipe', 'ignore', 'inherit'] });
}

function finished(child: ReturnType<typeof start>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.stdin.on('error', reject);
    child.on('exit', (code, signal) => {
      code === 0 ? resolve() : reject(new Error(`ffmpeg ended with ${signal ?? code}`));
    });
  });
}
