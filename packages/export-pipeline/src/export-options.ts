import type { MemoryManager } from '@framerail/buffer-pool';
import type { Capabilities, FfmpegBinaries } from '@framerail/ffmpeg';
import type { Operation, OverlayOperation } from '@framerail/gpu-converters';
import type { Rational, RawFrame } from '@framerail/media-types';
import type { ExportProgress } from './report/export-progress.js';
import type { ExportWarning } from './report/export-warning.js';

/** A picture from a file, in any format that ffmpeg decodes (PNG with alpha, for one). */
export interface PictureFile {
  /** The picture's path. */
  readonly path: string;
}

/** A picture in memory: RGBA with straight alpha, rows tightly packed. */
export interface PictureInMemory {
  /** `width * height * 4` bytes; must not change during the export. */
  readonly image: { readonly data: Uint8Array; readonly width: number; readonly height: number };
}

/** A picture laid over the video. */
export type ExportOverlay = (PictureFile | PictureInMemory) & {
  /** Output column of the picture's left edge; may be negative. Default 0. */
  readonly x?: number;
  /** Output row of the picture's top edge; may be negative. Default 0. */
  readonly y?: number;
  /** 0 (invisible) to 1 (as opaque as the picture's own alpha). Default 1. */
  readonly opacity?: number;
} & Pick<OverlayOperation, 'premultiplied' | 'blend'>;

/** A frame operation of gpu-converters, or an overlay whose picture lies in a file. */
export type ExportOperation = Operation | ({ readonly type: 'overlay' } & ExportOverlay);

/** The matrices that output can be converted to, under WebCodecs' names. */
export type OutputMatrix = 'smpte170m' | 'bt709' | 'bt2020-ncl';

/** How a picture meets an output of another shape. */
export type Fit = 'contain' | 'cover' | 'stretch';

/** What becomes of a side with an odd number of pixels, which 4:2:0 video can't have. */
export type OddSize = 'crop' | 'pad' | 'refuse';

/** Where the sound comes from: see `ExportOptions.audio`. */
export type AudioChoice = 'auto' | 'copy' | 'aac' | 'none';

/** Options that exports from a file and exports from memory share. */
export interface RenderOptions {
  /** The file to make: `.mp4`, `.m4v`, `.mov`, `.mkv` or `.ts`. It appears under its name only when it is complete. */
  readonly output: string;
  /** Whether an existing file is replaced, on success. Default `true`; `false` fails with `E_OUTPUT_EXISTS` before any work. */
  readonly overwrite?: boolean | undefined;
  /** Output columns; see {@link RenderOptions.oddSize} for odd ones. Default: the display width, or what keeps the aspect at the given height. */
  readonly width?: number | undefined;
  /** Output rows. Default: the display height, or what keeps the aspect at the given width. */
  readonly height?: number | undefined;
  /**
   * What becomes of odd output sizes. `'crop'` (default) rounds down, `'pad'` rounds up, `'refuse'` fails with
   * `E_ODD_SIZE`. A picture that isn't scaled loses its last column or row, or gets a black one; a picture
   * that is scaled is scaled to the rounded size. Sides derived from the aspect are rounded to the nearest even number.
   */
  readonly oddSize?: OddSize | undefined;
  /** Converts the output's matrix or range; default: as the source is. The file's tags say what was done. */
  readonly color?:
    | { readonly matrix?: OutputMatrix | undefined; readonly fullRange?: boolean | undefined }
    | undefined;
  /** Added to R, G and B after everything else of the adjustment, -1 to 1. Default 0. */
  readonly brightness?: number | undefined;
  /** Factor about middle grey, 0 to 4. Default 1. */
  readonly contrast?: number | undefined;
  /** Factor about the luma, 0 to 4. Default 1. */
  readonly saturation?: number | undefined;
  /** Laid over last, at output pixels. */
  readonly overlay?: ExportOverlay | undefined;
  /**
   * Operations in the order in which they are done, after the scaling to `width` × `height` (or to the display size);
   * those with a `scale` or `letterbox` among them get the frames as they are decoded. What comes out must have even
   * sides. Instead of `brightness`, `contrast`, `saturation` and `overlay`, which stand for: scale, then colour, then
   * overlay. The other frame of a transition must be a picture in memory.
   */
  readonly operations?: readonly ExportOperation[] | undefined;
  /** `'h264'` (default): a hardware encoder that has proven itself at this size, else libx264; or the name of one of ffmpeg's encoders, such as `libx264`. */
  readonly codec?: string | undefined;
  /** Constant quality on x264's scale: 0 (lossless with libx264) to 51. Default 18; other encoders get their own scale's equal. */
  readonly crf?: number | undefined;
  /** Speed against file size by x264's names, `ultrafast` to `placebo`. Default `veryfast`. Encoders with other names get the nearest. */
  readonly preset?: string | undefined;
  /** More output arguments for ffmpeg, after all others: `['-g', '30']`. */
  readonly encoderArgs?: readonly string[] | undefined;
  /** What renders: default `'auto'` measures what there is. */
  readonly backend?: 'auto' | 'webgpu' | 'native' | 'reference' | undefined;
  /** Whether the GPU may be used; default `FRAMERAIL_GPU_FORMAT_CONVERSION`, else `'auto'`. `'off'` never touches it, `'on'` insists on it. */
  readonly gpuFormatConversion?: 'auto' | 'on' | 'off' | undefined;
  /** The caller's device; without one the export opens its own and closes it at the end. */
  readonly device?: GPUDevice | undefined;
  /** Threads that the native backend gives to one frame, 1 or more. Default: the machine's parallelism, shared by the frames under way. */
  readonly threads?: number | undefined;
  /** How chroma is interpolated. Default `'bilinear'`. */
  readonly upsampling?: 'nearest' | 'bilinear' | undefined;
  /** Frames that the whole pipeline may hold. Default 32 where there are more than 16 GB of memory, 16 below. */
  readonly bufferFrames?: number | undefined;
  /** Bytes that they may take. Default 200,000,000 where there are more than 16 GB, 100,000,000 below. */
  readonly bufferBytes?: number | undefined;
  /**
   * Whose memory the frames are. Without one the export has memory of its own, as much as the two options above say;
   * with one it sets aside at most that of the manager's budget for video, and no more than is left of it, from its first
   * frame to its end. Too little for two frames a side fails with `E_MEMORY_BUDGET`. Exports in which no frame comes into this
   * process need none.
   */
  readonly memory?: MemoryManager | undefined;
  /** Milliseconds without any progress after which a stage counts as stalled. Default 30,000. */
  readonly stallTimeoutMs?: number | undefined;
  /** ffmpeg and ffprobe; default: looked for as `locateFfmpeg` does. */
  readonly binaries?: FfmpegBinaries | undefined;
  /** What `ffmpegCapabilities` gave for these binaries: saves a second or so per export when there are many. */
  readonly capabilities?: Capabilities | undefined;
  /** Hears how far the export is, at most every `progressIntervalMs` and once at the end. */
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
  /** Milliseconds between progress reports, 10 or more. Default 250. */
  readonly progressIntervalMs?: number | undefined;
  /** Hears each warning when it comes up; all of them are in the report too. */
  readonly onWarning?: ((warning: ExportWarning) => void) | undefined;
  /** Ends the export with `E_ABORTED`: nothing is left of it. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `exportVideo`. */
export interface ExportOptions extends RenderOptions {
  /** The source file. */
  readonly input: string;
  /** How the picture meets an output of another shape: `'contain'` (default) adds black bars, `'cover'` cuts off, `'stretch'` distorts. */
  readonly fit?: Fit | undefined;
  /** Output frames a second: a number, a fraction, or text such as `30000/1001`. Default: the source's rate; see `planExport` for variable ones. */
  readonly fps?: number | string | Rational | undefined;
  /** `'auto'` (default): the source's sound as it is where the output can hold it, else as AAC. A source without sound gives an output without. */
  readonly audio?: AudioChoice | undefined;
  /**
   * How much work is done. `'auto'` (default) does the least that gives what was asked for: copies the stream,
   * lets one ffmpeg transcode, or renders frames here. The others insist on theirs; asking one for more than
   * it can do fails with `E_INVALID_ARGUMENT`.
   */
  readonly mode?: 'auto' | 'copy' | 'transcode' | 'render' | undefined;
}

/** Options of `exportFrames`. */
export interface ExportFramesOptions extends RenderOptions {
  /**
   * The frames, RGBA, BGRA, NV12 or I420, all of one layout and colour, shown one after the other; the export
   * disposes each. A function that gives them anew lets the export start over when a hardware encoder fails.
   */
  readonly frames: FrameSource | (() => FrameSource);
  /** Frames a second. */
  readonly frameRate: number | string | Rational;
  /** How many frames will come, for the progress. */
  readonly totalFrames?: number | undefined;
  /** A file whose first sound track goes with the frames, from the first frame on. */
  readonly audioFrom?: string | undefined;
  /** As for `exportVideo`; default `'auto'`. */
  readonly audio?: AudioChoice | undefined;
}

/** Frames in order. Each is the taker's to dispose. */
export type FrameSource = AsyncIterable<RawFrame> | Iterable<RawFrame>;
