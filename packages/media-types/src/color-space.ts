import type { YcbcrMatrix } from './matrix-coefficients.js';

/** Colour primaries under WebCodecs' names. */
export type ColorPrimaries = 'bt709' | 'bt470bg' | 'smpte170m' | 'bt2020' | 'smpte432';

/** Transfer characteristics under WebCodecs' names (`bt2020-10` and `bt2020-12` are BT.709's curve). */
export type TransferCharacteristics = 'bt709' | 'smpte170m' | 'iec61966-2-1' | 'linear' | 'pq' | 'hlg';

/** Matrix coefficients under WebCodecs' names; `rgb` means that there is no matrix. */
export type MatrixCoefficients = 'rgb' | YcbcrMatrix;

/**
 * Where 4:2:0 chroma samples lie on the luma grid: `left` between two rows at the left column (MPEG-2,
 * H.264 and HEVC by default), `center` in the middle of the 2×2 box (JPEG), `topleft` on the
 * top left pixel (BT.2020).
 */
export type ChromaLocation = 'left' | 'center' | 'topleft';

/** What code values mean. WebCodecs' `VideoColorSpace` with every field known, and the chroma's place. */
export interface ColorSpace {
  /** Which red, green and blue the components stand for. */
  readonly primaries: ColorPrimaries;
  /** The curve from light to code values. */
  readonly transfer: TransferCharacteristics;
  /** How Y, Cb and Cr are made of R, G and B; `rgb` where they aren't. */
  readonly matrix: MatrixCoefficients;
  /** `true`: codes 0..255 at 8 bits; `false`: 16..235 and 16..240. */
  readonly fullRange: boolean;
  /** Where the chroma samples of a 4:2:0 frame sit; without a meaning for other formats. */
  readonly chromaLocation: ChromaLocation;
}

/** BT.709, limited range, chroma at the left: what HD and 4K SDR video is. */
export const BT709: ColorSpace = Object.freeze({
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  fullRange: false,
  chromaLocation: 'left',
});

/** BT.601 with 525-line primaries, limited range, chroma at the left: what NTSC SD video is. */
export const BT601: ColorSpace = Object.freeze({
  primaries: 'smpte170m',
  transfer: 'smpte170m',
  matrix: 'smpte170m',
  fullRange: false,
  chromaLocation: 'left',
});

/** BT.2020 with the SDR curve, limited range, chroma at the top left. */
export const BT2020: ColorSpace = Object.freeze({
  primaries: 'bt2020',
  transfer: 'bt709',
  matrix: 'bt2020-ncl',
  fullRange: false,
  chromaLocation: 'topleft',
});

/** sRGB: what RGBA frames of a canvas or a picture file are. */
export const SRGB: ColorSpace = Object.freeze({
  primaries: 'bt709',
  transfer: 'iec61966-2-1',
  matrix: 'rgb',
  fullRange: true,
  chromaLocation: 'center',
});

/** A field of {@link ColorSpace}. */
export type ColorField = keyof ColorSpace;

/** What {@link guessColorSpace} made of incomplete tags. */
export interface GuessedColorSpace {
  /** The tags, and the guesses where there were none. */
  readonly color: ColorSpace;
  /** The fields that no tag told, in the order of {@link ColorSpace}; empty when nothing was guessed. */
  readonly guessed: readonly ColorField[];
}

/**
 * Completes colour tags. Frames of 720 lines and more are taken for BT.709, others for BT.601; limited
 * range; chroma at the left, except for BT.2020, where it is at the top left. Tags that are there win, and a
 * known matrix or known primaries choose the rest of their family.
 *
 * @param tags - the fields that are known
 * @param height - lines of the coded picture
 */
export function guessColorSpace(tags: Partial<ColorSpace>, height: number): GuessedColorSpace {
  const family = familyOf(tags) ?? (height >= 720 ? BT709 : BT601);
  const fields: readonly ColorField[] = ['primaries', 'transfer', 'matrix', 'fullRange', 'chromaLocation'];
  return Object.freeze({
    color: Object.freeze({
      primaries: tags.primaries ?? family.primaries,
      transfer: tags.transfer ?? family.transfer,
      matrix: tags.matrix ?? family.matrix,
      fullRange: tags.fullRange ?? family.fullRange,
      chromaLocation: tags.chromaLocation ?? family.chromaLocation,
    }),
    guessed: Object.freeze(fields.filter((field) => tags[field] === undefined)),
  });
}

function familyOf(tags: Partial<ColorSpace>): ColorSpace | undefined {
  if (tags.matrix === 'bt709') return BT709;
  if (tags.matrix === 'smpte170m') return BT601;
  if (tags.matrix === 'bt470bg') return { ...BT601, primaries: 'bt470bg', matrix: 'bt470bg' };
  if (tags.matrix === 'bt2020-ncl') return BT2020;
  if (tags.matrix === 'rgb') return SRGB;
  if (tags.primaries === 'bt709') return BT709;
  if (tags.primaries === 'smpte170m') return BT601;
  if (tags.primaries === 'bt470bg') return { ...BT601, primaries: 'bt470bg', matrix: 'bt470bg' };
  if (tags.primaries === 'bt2020') return BT2020;
  if (tags.transfer === 'pq' || tags.transfer === 'hlg') return BT2020;
  return undefined;
}
