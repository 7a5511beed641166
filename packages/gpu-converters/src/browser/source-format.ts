import {
  type ColorField,
  type ColorSpace,
  type FrameFormat,
  frameLayout,
  guessColorSpace,
  PIXEL_FORMATS,
  type PixelFormat,
  SRGB,
} from '@framerail/media-types';
import { checkFrameSource, type FrameSource, isVideoFrame, type VideoFrameLike } from './frame-source.js';

/**
 * How samples get out of a browser's object:
 *
 * - `planes`: a VideoFrame's own, unchanged.
 * - `browser`: a VideoFrame in a format that Framerail hasn't, converted to RGBA by the browser, which promises no exactness.
 * - `pixels`: a picture's pixels. Opaque ones are unchanged; browsers may hold translucent ones multiplied by their
 *   alpha, and then their colours are rounded.
 */
export type ImportPath = 'planes' | 'browser' | 'pixels';

/** What {@link importFrame} will make of a source. */
export interface ImportedFormat extends FrameFormat {
  /** Colour fields that no tag told; see {@link importedFormat}. */
  readonly guessed: readonly ColorField[];
  /** How the samples get out. */
  readonly path: ImportPath;
}

/** How a VideoFrame's samples are copied. */
export interface CopyPlan extends ImportedFormat {
  /** Whether it has a plane of alpha behind the others, which is copied and left out. */
  readonly hasAlphaPlane: boolean;
  /** Whether its fourth bytes mean nothing and are to be opaque alpha. */
  readonly fillsAlpha: boolean;
}

interface OwnFormat {
  readonly format: PixelFormat;
  readonly hasAlphaPlane?: true;
  readonly fillsAlpha?: true;
}

/** WebCodecs' formats that are one of ours; their alpha planes are left out. */
const OWN_FORMATS: Readonly<Record<string, OwnFormat>> = {
  I420: { format: 'I420' },
  I420A: { format: 'I420', hasAlphaPlane: true },
  I420P10: { format: 'I420P10' },
  I422: { format: 'I422' },
  I422A: { format: 'I422', hasAlphaPlane: true },
  I444: { format: 'I444' },
  I444A: { format: 'I444', hasAlphaPlane: true },
  NV12: { format: 'NV12' },
  NV12A: { format: 'NV12', hasAlphaPlane: true },
  RGBA: { format: 'RGBA' },
  RGBX: { format: 'RGBA', fillsAlpha: true },
  BGRA: { format: 'BGRA' },
  BGRX: { format: 'BGRA', fillsAlpha: true },
};

/**
 * The format in which {@link importFrame} gives a source's frame: the `source` of a processor for it.
 *
 * A VideoFrame keeps its own format where Framerail has it. Missing colour tags are guessed as `guessColorSpace` does
 * it: BT.709 from 720 lines up, else BT.601; limited range. WebCodecs has no tag for the place of 4:2:0 chroma, so
 * that is always a guess (`left`; BT.2020 `topleft`). RGB without tags is sRGB, and so are pictures.
 *
 * @param source - a `VideoFrame`, an `ImageBitmap` or a canvas
 * @throws FramerailError `E_INVALID_ARGUMENT`, also for what was closed
 */
export function importedFormat(source: FrameSource): ImportedFormat {
  checkFrameSource(source);
  if (isVideoFrame(source)) {
    const { layout, color, guessed, path } = copyPlanOf(source);
    return Object.freeze({ layout, color, guessed, path });
  }
  const layout = frameLayout({ format: 'RGBA', width: source.width, height: source.height });
  return Object.freeze({ layout, color: SRGB, guessed: [], path: 'pixels' });
}

/** How to copy a VideoFrame that is open. */
export function copyPlanOf(frame: VideoFrameLike): CopyPlan {
  const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
  const own = frame.format === null ? undefined : OWN_FORMATS[frame.format];
  const tags = knownTags(frame.colorSpace);
  const isRgb = own !== undefined && PIXEL_FORMATS[own.format].model === 'rgb';
  // G, B and R in planes of Y, Cb and Cr: nothing of ours.
  if (own === undefined || (!isRgb && tags.matrix === 'rgb')) {
    const layout = frameLayout({ format: 'RGBA', width, height });
    return { layout, color: SRGB, guessed: [], path: 'browser', hasAlphaPlane: false, fillsAlpha: false };
  }
  const { format, hasAlphaPlane = false, fillsAlpha = false } = own;
  const layout = frameLayout({ format, width, height });
  const { color, guessed } = isRgb ? rgbColor(tags) : ycbcrColor(tags, format, height);
  return { layout, color, guessed, path: 'planes', hasAlphaPlane, fillsAlpha };
}

function rgbColor(tags: Partial<ColorSpace>): Pick<CopyPlan, 'color' | 'guessed'> {
  const { primaries = SRGB.primaries, transfer = SRGB.transfer } = tags;
  const guessed = (['primaries', 'transfer'] as const).filter((field) => tags[field] === undefined);
  return { color: Object.freeze({ ...SRGB, primaries, transfer }), guessed };
}

function ycbcrColor(
  tags: Partial<ColorSpace>,
  format: PixelFormat,
  height: number,
): Pick<CopyPlan, 'color' | 'guessed'> {
  const { color, guessed } = guessColorSpace(tags, height);
  const isSubsampled = PIXEL_FORMATS[format].planes.some(({ horizontalStep }) => horizontalStep === 2);
  return { color, guessed: guessed.filter((field) => field !== 'chromaLocation' || isSubsampled) };
}

const PRIMARIES = ['bt709', 'bt470bg', 'smpte170m', 'bt2020', 'smpte432'] as const;
const TRANSFERS = ['bt709', 'smpte170m', 'iec61966-2-1', 'linear', 'pq', 'hlg'] as const;
const MATRICES = ['rgb', 'bt709', 'bt470bg', 'smpte170m', 'bt2020-ncl'] as const;

/** The tags that are there and that Framerail knows. */
function knownTags({
  primaries,
  transfer,
  matrix,
  fullRange,
}: VideoFrameLike['colorSpace']): Partial<ColorSpace> {
  const known = <T extends string>(names: readonly T[], name: string | null): T | undefined =>
    names.find((one) => one === name);
  const tags = {
    primaries: known(PRIMARIES, primaries),
    transfer: known(TRANSFERS, transfer),
    matrix: known(MATRICES, matrix),
    fullRange: fullRange ?? undefined,
  };
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== undefined));
}
