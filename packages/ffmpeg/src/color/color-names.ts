import type {
  ChromaLocation,
  ColorPrimaries,
  ColorSpace,
  MatrixCoefficients,
  TransferCharacteristics,
} from '@framerail/media-types';

const MATRICES: Readonly<Record<MatrixCoefficients, string>> = {
  rgb: 'rgb',
  bt709: 'bt709',
  bt470bg: 'bt470bg',
  smpte170m: 'smpte170m',
  'bt2020-ncl': 'bt2020nc',
};

const TRANSFERS: Readonly<Record<TransferCharacteristics, string>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  'iec61966-2-1': 'iec61966-2-1',
  linear: 'linear',
  pq: 'smpte2084',
  hlg: 'arib-std-b67',
};

const PRIMARIES: Readonly<Record<ColorPrimaries, string>> = {
  bt709: 'bt709',
  bt470bg: 'bt470bg',
  smpte170m: 'smpte170m',
  bt2020: 'bt2020',
  smpte432: 'smpte432',
};

/** Other names of FFmpeg for the same thing: BT.2020's SDR curve is BT.709's, SMPTE 240M's primaries are 170M's. */
const MATRIX_ALIASES: Readonly<Record<string, MatrixCoefficients>> = { gbr: 'rgb' };
const TRANSFER_ALIASES: Readonly<Record<string, TransferCharacteristics>> = {
  'bt2020-10': 'bt709',
  'bt2020-12': 'bt709',
};
const PRIMARIES_ALIASES: Readonly<Record<string, ColorPrimaries>> = { smpte240m: 'smpte170m' };

/** Colour tags in the words of ffprobe; a tag that isn't there or says `unknown` is `undefined`. */
export interface FfmpegColorTags {
  /** `tv` or `pc`. */
  readonly range: string | undefined;
  /** ffprobe's `color_space`, such as `bt2020nc`. */
  readonly matrix: string | undefined;
  /** ffprobe's `color_transfer`, such as `smpte2084`. */
  readonly transfer: string | undefined;
  /** ffprobe's `color_primaries`. */
  readonly primaries: string | undefined;
  /** ffprobe's `chroma_location`. */
  readonly chromaLocation: string | undefined;
}

/**
 * Translates what ffprobe says into WebCodecs' names. What has no name there is left out, as if it weren't tagged.
 *
 * @param tags - ffprobe's words
 */
export function colorFromFfmpeg(tags: FfmpegColorTags): Partial<ColorSpace> {
  const primaries = find(PRIMARIES, PRIMARIES_ALIASES, tags.primaries);
  const transfer = find(TRANSFERS, TRANSFER_ALIASES, tags.transfer);
  const matrix = find(MATRICES, MATRIX_ALIASES, tags.matrix);
  const fullRange = tags.range === 'pc' ? true : tags.range === 'tv' ? false : undefined;
  const chromaLocation = chromaLocationFromFfmpeg(tags.chromaLocation);
  return {
    ...(primaries === undefined ? {} : { primaries }),
    ...(transfer === undefined ? {} : { transfer }),
    ...(matrix === undefined ? {} : { matrix }),
    ...(fullRange === undefined ? {} : { fullRange }),
    ...(chromaLocation === undefined ? {} : { chromaLocation }),
  };
}

/**
 * The options that tell ffmpeg what frames mean. The same words work before an input and before an output.
 *
 * @param color - what the code values mean
 */
export function colorArguments(color: ColorSpace): string[] {
  return [
    ...['-color_range', color.fullRange ? 'pc' : 'tv'],
    ...['-colorspace', MATRICES[color.matrix]],
    ...['-color_primaries', PRIMARIES[color.primaries]],
    ...['-color_trc', TRANSFERS[color.transfer]],
    ...(color.matrix === 'rgb' ? [] : ['-chroma_sample_location', color.chromaLocation]),
  ];
}

function find<T extends string>(
  names: Readonly<Record<T, string>>,
  aliases: Readonly<Record<string, T>>,
  name: string | undefined,
): T | undefined {
  if (name === undefined) return undefined;
  const own = (Object.keys(names) as T[]).find((key) => names[key] === name);
  return own ?? (Object.hasOwn(aliases, name) ? aliases[name] : undefined);
}

function chromaLocationFromFfmpeg(name: string | undefined): ChromaLocation | undefined {
  return name === 'left' || name === 'center' || name === 'topleft' ? name : undefined;
}
