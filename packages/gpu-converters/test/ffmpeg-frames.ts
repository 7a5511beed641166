import { spawnSync } from 'node:child_process';
import { PIXEL_FORMATS, type PixelFormat } from '@framerail/media-types';
import { findFfmpegTool } from '../../../scripts/workspace/commands.mjs';
import { UNIT16_TO_HALF } from '../src/exact/half-float.js';
import { CHROMA_STEPS } from './formula-frames.js';

/** Frames are small: each is compared with formulas in doubles, sample by sample. */
export const FRAME = { width: 96, height: 54 } as const;

const MAX_BYTES = 1 << 26;

/** Runs ffmpeg; what it wrote to its pipes from 1 on, or an error with its last words. */
function ffmpeg(
  args: readonly string[],
  { input, pipes = 1 }: { input?: Uint8Array; pipes?: number } = {},
): Buffer[] {
  // Pipe 2 is for words.
  const stdio = Array.from({ length: pipes + 2 }, () => 'pipe' as const);
  const result = spawnSync(
    findFfmpegTool('ffmpeg')?.path ?? 'ffmpeg',
    ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args],
    {
      ...(input === undefined ? {} : { input }),
      stdio,
      maxBuffer: MAX_BYTES,
    },
  );
  if (result.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}\n${String(result.stderr)}`);
  return (result.output as (Buffer | null)[]).flatMap((output, index) =>
    index === 0 || index === 2 ? [] : [output as Buffer],
  );
}

/** Whether this ffmpeg has a filter. */
export function hasFilter(name: string): boolean {
  return String(ffmpeg(['-filters'])[0]).includes(` ${name} `);
}

/** Frames of a film, or of a drawing where there is none, in a format; half floats are made of 16-bit RGBA. */
export function realFrames(
  format: PixelFormat,
  film: string | undefined,
  count: number,
): readonly Uint8Array[] {
  const { width, height } = FRAME;
  const input =
    film === undefined ? ['-f', 'lavfi', '-i', 'testsrc2=size=854x480:rate=1'] : ['-ss', '7', '-i', film];
  // One frame in six seconds, and of each a quarter at half its size: edges are what is difficult.
  const picked = film === undefined ? 'null' : 'fps=1/6:round=up';
  const filter = `${picked},scale=${2 * width}:${2 * height}:flags=bicubic,crop=${width}:${height}`;
  const name = format === 'RGBA16F' ? 'rgba64le' : (PIXEL_FORMATS[format].ffmpegName as string);
  const [raw] = ffmpeg([
    ...input,
    ...['-vf', filter, '-frames:v', String(count), '-pix_fmt', name, '-f', 'rawvideo', 'pipe:1'],
  ]) as [Buffer];
  const bytes = raw.byteLength / count;
  return Array.from({ length: count }, (_, index) => {
    const frame = Uint8Array.from(raw.subarray(index * bytes, (index + 1) * bytes));
    if (format !== 'RGBA16F') return frame;
    const halfs = Uint16Array.from(new Uint16Array(frame.buffer), (value) => UNIT16_TO_HALF[value] as number);
    return new Uint8Array(halfs.buffer);
  });
}

/** A scaler of ffmpeg's at its most exact, for frames in BT.709, limited range, chroma at the left. */
export type Scaler = 'swscale' | 'zscale';

/** Planar formats that hold the same samples: what zscale knows, from which packing is a matter of order only. */
const PLANAR: Partial<Record<PixelFormat, string>> = {
  RGBA: 'gbrp',
  BGRA: 'gbrp',
  NV12: 'yuv420p',
  P010: 'yuv420p10le',
  YUY2: 'yuv422p',
  UYVY: 'yuv422p',
};

const nameOf = (format: PixelFormat): string => PIXEL_FORMATS[format].ffmpegName as string;
const planarOf = (format: PixelFormat): string => PLANAR[format] ?? nameOf(format);
const isRgb = (format: PixelFormat): boolean => PIXEL_FORMATS[format].model === 'rgb';

/** A conversion to be done. */
export interface FfmpegTask {
  readonly scaler: Scaler;
  readonly to: PixelFormat;
}

/** What ffmpeg makes of a frame, for every task. One process does them all. */
export function convertWithFfmpeg(
  from: PixelFormat,
  frame: Uint8Array,
  tasks: readonly FfmpegTask[],
): readonly (FfmpegTask & { readonly data: Uint8Array })[] {
  const { width, height } = FRAME;
  const input = ['-f', 'rawvideo', '-pix_fmt', nameOf(from), '-s', `${width}x${height}`, '-i', 'pipe:0'];
  const split = `split=${tasks.length}${tasks.map((_, index) => `[in${index}]`).join('')}`;
  const chains = tasks.map(({ scaler, to }, index) => {
    const chain = scaler === 'swscale' ? swscale(from, to) : zscale(from, to);
    return `[in${index}]${chain}[out${index}]`;
  });
  const outputs = tasks.flatMap(({ to }, index) => [
    ...['-map', `[out${index}]`, '-pix_fmt', nameOf(to), '-f', 'rawvideo'],
    `pipe:${index === 0 ? 1 : index + 2}`,
  ]);
  const made = ffmpeg([...input, '-filter_complex', [split, ...chains].join(';'), ...outputs], {
    input: frame,
    pipes: tasks.length,
  });
  return tasks.map((task, index) => ({ ...task, data: made[index] as Buffer }));
}

function swscale(from: PixelFormat, to: PixelFormat): string {
  const side = (name: 'in' | 'out', format: PixelFormat): string[] => {
    if (isRgb(format)) return [`${name}_range=full`];
    // In 256ths of a luma sample, for the axes on which there is less chroma.
    const [across, down] = CHROMA_STEPS[format] as readonly [number, number];
    return [
      `${name}_color_matrix=bt709`,
      `${name}_range=limited`,
      ...(across === 2 ? [`${name}_h_chr_pos=0`] : []),
      ...(down === 2 ? [`${name}_v_chr_pos=128`] : []),
    ];
  };
  const flags = 'flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact';
  return `scale=${[...side('in', from), ...side('out', to), flags].join(':')},format=${nameOf(to)}`;
}

function zscale(from: PixelFormat, to: PixelFormat): string {
  const options = [
    isRgb(from) ? 'min=gbr:rin=full' : 'min=709:rin=limited:cin=left',
    isRgb(to) ? 'm=gbr:r=full' : 'm=709:r=limited:c=left',
    'filter=bilinear:dither=none',
  ];
  return `format=${planarOf(from)},zscale=${options.join(':')},format=${planarOf(to)}`;
}
