import type { ConversionOptions } from '@framerail/gpu-converters';
import { invalidArgument } from '@framerail/lifecycle';
import {
  BT709,
  type ChromaLocation,
  type ColorField,
  type ColorSpace,
  guessColorSpace,
  PIXEL_FORMATS,
  type PixelFormat,
  SRGB,
} from '@framerail/media-types';
import { MATRICES, type MatrixArgument } from '../../command-line/matrices.js';

/** What `framerail convert` takes for colours, parsed. */
export interface ColorArguments {
  readonly size: { readonly height: number };
  readonly from: PixelFormat;
  readonly to: PixelFormat;
  readonly matrix?: MatrixArgument;
  readonly range?: 'limited' | 'full';
  readonly chroma?: ChromaLocation;
  readonly transfer?: 'sdr' | 'pq' | 'hlg';
  readonly toMatrix?: MatrixArgument;
  readonly toRange?: 'limited' | 'full';
  readonly toChroma?: ChromaLocation;
  readonly toneMap?: boolean;
  readonly sourcePeak?: number;
  readonly targetPeak?: number;
}

/** The colours of both sides. */
export interface ConversionColors {
  readonly source: ColorSpace;
  readonly target: ColorSpace;
  /** Fields of the YCbCr side that nobody told. */
  readonly guessed: readonly ColorField[];
  readonly toneMapping: ConversionOptions['toneMapping'];
}

/**
 * The colours of a conversion. `--matrix`, `--range` and `--chroma` describe the input if it is YCbCr, else the output;
 * `--to-…` say what differs in the output. Primaries and curve stay, but with `--tone-map`, which makes BT.709 of HDR.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function conversionColors(args: ColorArguments): ConversionColors {
  const { from, to, transfer = 'sdr', toneMap = false, sourcePeak, targetPeak } = args;
  const isHdr = transfer !== 'sdr';
  if (toneMap && !isHdr) throw invalidArgument('--tone-map', '--transfer pq or hlg beside it', transfer);
  if (!toneMap && (sourcePeak !== undefined || targetPeak !== undefined)) {
    const name = sourcePeak === undefined ? '--target-peak' : '--source-peak';
    throw invalidArgument(name, 'nothing without --tone-map', sourcePeak ?? targetPeak);
  }
  const { color, guessed } = describedColor(args);
  const source = colorOf(from, color);
  const target = toneMap ? sdrTarget(args) : { ...color, ...overrides(args) };
  return {
    source,
    target: colorOf(to, target),
    guessed: isRgb(from) && isRgb(to) ? [] : guessed,
    toneMapping: toneMap
      ? {
          ...(sourcePeak === undefined ? {} : { sourcePeakNits: sourcePeak }),
          ...(targetPeak === undefined ? {} : { targetPeakNits: targetPeak }),
        }
      : undefined,
  };
}

/** The colour of the YCbCr side, with what had to be guessed; between RGB formats there is none. */
function describedColor({ from, to, matrix, range, chroma, transfer, size }: ColorArguments) {
  const curve = transfer === 'pq' || transfer === 'hlg' ? { transfer } : {};
  if (isRgb(from) && isRgb(to)) {
    const rgb = transfer === 'pq' || transfer === 'hlg' ? { primaries: 'bt2020' as const, ...curve } : {};
    return { color: { ...SRGB, ...rgb }, guessed: [] };
  }
  const { color, guessed } = guessColorSpace(
    {
      ...curve,
      ...(matrix === undefined ? {} : { matrix: MATRICES[matrix] }),
      ...(range === undefined ? {} : { fullRange: range === 'full' }),
      ...(chroma === undefined ? {} : { chromaLocation: chroma }),
    },
    size.height,
  );
  // Primaries and transfer take no part in a change of format.
  const asked: readonly ColorField[] = ['matrix', 'fullRange', 'chromaLocation'];
  return { color, guessed: guessed.filter((field) => asked.includes(field)) };
}

/** What the output says otherwise than the input. */
function overrides({ toMatrix, toRange, toChroma }: ColorArguments): Partial<ColorSpace> {
  return {
    ...(toMatrix === undefined ? {} : { matrix: MATRICES[toMatrix] }),
    ...(toRange === undefined ? {} : { fullRange: toRange === 'full' }),
    ...(toChroma === undefined ? {} : { chromaLocation: toChroma }),
  };
}

const sdrTarget = (args: ColorArguments): ColorSpace => ({ ...BT709, ...overrides(args) });

const isRgb = (format: PixelFormat): boolean => PIXEL_FORMATS[format].model === 'rgb';

/** RGB of the same light: no primaries are converted on the way. */
const rgbOf = ({ primaries, transfer }: ColorSpace): ColorSpace => ({ ...SRGB, primaries, transfer });

const colorOf = (format: PixelFormat, color: ColorSpace): ColorSpace =>
  isRgb(format) ? rgbOf(color) : color;
