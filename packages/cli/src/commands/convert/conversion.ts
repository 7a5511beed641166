import type { ConversionOptions, CubeLut, Operation, ScaleFilter } from '@framerail/gpu-converters';
import { sizeAfter } from '@framerail/gpu-converters';
import { invalidArgument } from '@framerail/lifecycle';
import { type FrameFormat, frameLayout, type PixelFormat } from '@framerail/media-types';
import { stridedLayout } from '../../raw-frames/source-layout.js';
import { type ColorArguments, conversionColors } from './colors.js';

/** What `framerail convert` takes for what happens to frames, parsed. */
export interface ConversionArguments extends ColorArguments {
  readonly size: { readonly width: number; readonly height: number };
  readonly from: PixelFormat;
  readonly to: PixelFormat;
  readonly stride?: number;
  readonly crop?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly rotate?: 90 | 180 | 270;
  readonly flip?: 'horizontal' | 'vertical';
  readonly scale?: { readonly width: number; readonly height: number };
  readonly filter?: ScaleFilter;
  readonly linearLight?: boolean;
  readonly upsampling: 'nearest' | 'bilinear';
  readonly dither: 'none' | 'ordered';
}

/** A conversion, ready for a processor. */
export interface PreparedConversion extends Required<Pick<ConversionOptions, 'upsampling' | 'dither'>> {
  readonly source: FrameFormat;
  readonly target: FrameFormat;
  readonly operations: readonly Operation[];
  readonly toneMapping?: NonNullable<ConversionOptions['toneMapping']>;
  /** Fields of the input's colour that nobody told. */
  readonly guessed: readonly string[];
}

/**
 * Makes a conversion of arguments: crop, rotate, flip, scale, then the look.
 *
 * @param args - parsed
 * @param lut - read from the file of `--lut`
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function prepareConversion(args: ConversionArguments, lut: CubeLut | undefined): PreparedConversion {
  const { size, from, to, upsampling, dither } = args;
  const operations = operationsOf(args, lut);
  const colors = conversionColors(args);
  const { toneMapping, guessed } = colors;
  return {
    source: { layout: stridedLayout({ ...size, format: from, stride: args.stride }), color: colors.source },
    target: { layout: frameLayout({ ...sizeAfter(size, operations), format: to }), color: colors.target },
    operations,
    upsampling,
    dither,
    ...(toneMapping === undefined ? {} : { toneMapping }),
    guessed,
  };
}

function operationsOf(args: ConversionArguments, lut: CubeLut | undefined): Operation[] {
  const { crop, rotate, flip, scale, filter, linearLight } = args;
  if (scale === undefined && (filter !== undefined || linearLight === true)) {
    const [option, value] = filter === undefined ? ['--linear-light', true] : ['--filter', filter];
    throw invalidArgument(String(option), 'nothing without --scale', value);
  }
  return [
    ...(crop === undefined ? [] : [{ type: 'crop' as const, ...crop }]),
    ...(rotate === undefined ? [] : [{ type: 'rotate' as const, degrees: rotate }]),
    ...(flip === undefined ? [] : [{ type: 'flip' as const, axis: flip }]),
    ...(scale === undefined
      ? []
      : [
          {
            type: 'scale' as const,
            ...scale,
            ...(filter === undefined ? {} : { filter }),
            ...(linearLight === undefined ? {} : { linearLight }),
          },
        ]),
    ...(lut === undefined ? [] : [{ type: 'lut3d' as const, lut }]),
  ];
}
