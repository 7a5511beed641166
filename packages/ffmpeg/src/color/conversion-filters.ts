import { invalidArgument } from '@framerail/lifecycle';
import type { ChromaLocation, ColorSpace, MatrixCoefficients } from '@framerail/media-types';
import { type Filter, type FilterValue, filter } from '../filter-graph/filter.js';
import { describePixelFormatName, type PixelFormatName } from './pixel-format-name.js';

/** One side of a conversion: FFmpeg's pixel format and what its code values mean. */
export interface PixelMeaning {
  /** FFmpeg's name, such as `yuv420p10le`. */
  readonly pixelFormat: string;
  /** What its code values mean. */
  readonly color: ColorSpace;
}

/** Options of {@link conversionFilters}. */
export interface ConversionOptions {
  /** Frames that arrive. */
  readonly from: PixelMeaning;
  /** Frames that leave. */
  readonly to: PixelMeaning;
  /** Columns of the frames that leave. */
  readonly width: number;
  /** Rows of the frames that leave. */
  readonly height: number;
  /** Whether frames arrive in another size. */
  readonly resizes: boolean;
}

/** swscale's words for the matrices. */
const SCALER_MATRICES: Readonly<Record<Exclude<MatrixCoefficients, 'rgb'>, string>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  'bt2020-ncl': 'bt2020',
};

/** Where chroma lies, in 256ths of a luma step from the first luma sample. */
const CHROMA_POSITIONS: Readonly<Record<ChromaLocation, { h: number; v: number }>> = {
  left: { h: 0, v: 128 },
  center: { h: 128, v: 128 },
  topleft: { h: 0, v: 0 },
};

/**
 * The filters that make one pixel format of another and change code values in nothing but depth and chroma
 * subsampling: range and matrix are said on both sides, because swscale guesses where they aren't.
 *
 * Depth is reduced by rounding half up: swscale itself dithers, or cuts off. Chroma is averaged by its siting,
 * `left` with (1 2 1) across and (1 1) down, which is what swscale's `area` gives with the positions set.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` if YCbCr would have to change its matrix, range or siting
 */
export function conversionFilters(options: ConversionOptions): Filter[] {
  const { from, to, resizes } = options;
  const source = describePixelFormatName(from.pixelFormat);
  const target = describePixelFormatName(to.pixelFormat);
  expectSameCodes(from, to, source, target);
  const step: Step = (pixelFormat, now, size) => [
    filter('scale', scaleArguments(now, { pixelFormat, color: to.color }, { ...options, resizes: size })),
    filter('format', { pix_fmts: pixelFormat }),
  ];
  if (from.pixelFormat === to.pixelFormat && !resizes) return [];
  if (source.model === 'gray' && target.model === 'ycbcr') {
    // Straight to NV12, swscale 6 (FFmpeg 5) leaves the chroma at 0.
    const planar = planarName(target, target.bitDepth);
    return [...step(planar, from, resizes), ...repack(planar, to, step)];
  }
  if (source.model !== 'ycbcr' || target.model !== 'ycbcr' || source.bitDepth <= target.bitDepth) {
    return step(to.pixelFormat, from, resizes);
  }
  const deep = planarName(target, source.bitDepth);
  const shallow = planarName(target, target.bitDepth);
  const half = 2 ** (source.bitDepth - target.bitDepth - 1);
  const up = `val+${half}`;
  return [
    ...(from.pixelFormat === deep && !resizes ? [] : step(deep, from, resizes)),
    filter('lutyuv', { y: up, u: up, v: up }),
    ...step(shallow, { pixelFormat: deep, color: to.color }, false),
    ...repack(shallow, to, step),
  ];
}

type Step = (pixelFormat: string, now: PixelMeaning, size: boolean) => Filter[];

/** From planar to the target's own packing, which moves samples and changes none. */
function repack(planar: string, to: PixelMeaning, step: Step): Filter[] {
  return planar === to.pixelFormat
    ? []
    : step(to.pixelFormat, { pixelFormat: planar, color: to.color }, false);
}

function scaleArguments(
  from: PixelMeaning,
  to: PixelMeaning,
  size: ConversionOptions,
): Record<string, FilterValue> {
  const source = describePixelFormatName(from.pixelFormat);
  const target = describePixelFormatName(to.pixelFormat);
  return {
    ...(size.resizes ? { w: size.width, h: size.height } : {}),
    flags: `${kernel(source, target, size.resizes)}+accurate_rnd+full_chroma_int+full_chroma_inp`,
    sws_dither: 'none',
    ...side('in', from.color, source),
    ...side('out', to.color, target),
  };
}

/** `area` averages chroma with the siting's weights; it is no good for enlarging. */
function kernel(source: PixelFormatName, target: PixelFormatName, resizes: boolean): 'area' | 'bicubic' {
  const subsamples = source.chroma !== '420' && target.chroma !== undefined && target.chroma !== '444';
  return subsamples && !resizes ? 'area' : 'bicubic';
}

function side(name: 'in' | 'out', color: ColorSpace, format: PixelFormatName): Record<string, FilterValue> {
  if (format.model === 'rgb') return {};
  const { h, v } = CHROMA_POSITIONS[color.chromaLocation];
  return {
    [`${name}_range`]: color.fullRange ? 'pc' : 'tv',
    ...(color.matrix === 'rgb' ? {} : { [`${name}_color_matrix`]: SCALER_MATRICES[color.matrix] }),
    ...(format.chroma === '420' ? { [`${name}_h_chr_pos`]: h, [`${name}_v_chr_pos`]: v } : {}),
    ...(format.chroma === '422' ? { [`${name}_h_chr_pos`]: h } : {}),
  };
}

function planarName({ chroma }: PixelFormatName, bitDepth: number): string {
  return `yuv${chroma}p${bitDepth === 8 ? '' : `${bitDepth}le`}`;
}

function expectSameCodes(
  from: PixelMeaning,
  to: PixelMeaning,
  source: PixelFormatName,
  target: PixelFormatName,
): void {
  if ((target.model === 'rgb') !== (to.color.matrix === 'rgb')) {
    const expected = target.model === 'rgb' ? 'the matrix rgb' : 'a YCbCr matrix';
    throw invalidArgument('color.matrix', `${expected} for ${to.pixelFormat}`, to.color.matrix);
  }
  if (source.model === 'rgb' || target.model === 'rgb') return;
  const sited = source.chroma === '420' && target.chroma === '420';
  const fields = ['matrix', 'fullRange', ...(sited ? (['chromaLocation'] as const) : [])] as const;
  for (const field of fields) {
    if (to.color[field] !== from.color[field] && !sameMatrix(from.color[field], to.color[field])) {
      throw invalidArgument(
        `color.${field}`,
        `the source's own ${String(from.color[field])}, as decoding converts no colour`,
        to.color[field],
      );
    }
  }
}

/** Both names mean BT.601's. */
function sameMatrix(a: unknown, b: unknown): boolean {
  const bt601 = ['bt470bg', 'smpte170m'];
  return bt601.includes(String(a)) && bt601.includes(String(b));
}
