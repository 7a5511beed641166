import { type Filter, filter } from '@framerail/ffmpeg';
import type { FillColor, Operation } from '@framerail/gpu-converters';
import type { ColorSpace, YcbcrMatrix } from '@framerail/media-types';
import type { ExportOperation } from '../export-options.js';
import type { Size } from '../plan/even-size.js';
import { affinePasses, type MixerArguments, mixerPasses } from './color-mixer.js';
import { notVerifiable } from './not-verifiable.js';
import { CAREFUL, scalerArguments } from './scaler.js';

/** RGB with room for what is darker than black and lighter than white; the alpha channel is opaque. */
export const FLOAT = 'gbrapf32le';

/** What an operation finds. */
export interface StepSurroundings {
  /** The frame's size before it. */
  readonly size: Size;
  /** The source's; its matrix weighs colours. */
  readonly color: ColorSpace;
  /** The file of a cube. */
  readonly cube: string | undefined;
}

/** An operation with one input. */
type OneInput = Exclude<Operation, { type: 'overlay' }>;

/**
 * The filters of ffmpeg that do what an operation does, on float RGB.
 *
 * @throws FramerailError `E_NOT_VERIFIABLE` for operations that ffmpeg has no equal of
 */
export function referenceSteps(operation: OneInput, { size, color, cube }: StepSurroundings): Filter[] {
  switch (operation.type) {
    case 'scale':
      return [...scalerArguments(operation, size).map((step) => filter('scale', step)), toFloats()];
    case 'crop': {
      const { width: w, height: h, x, y } = operation;
      return [filter('crop', { w, h, x, y, exact: true })];
    }
    case 'pad': {
      const { left = 0, top = 0, right = 0, bottom = 0, fill = [0, 0, 0] } = operation;
      const area = { w: size.width + left + right, h: size.height + top + bottom, x: left, y: top };
      return [...toEightBits(), filter('pad', { ...area, color: hex(fill) }), toFloats()];
    }
    case 'flip':
      return [filter(operation.axis === 'horizontal' ? 'hflip' : 'vflip', {})];
    case 'rotate':
      return turned(operation.degrees);
    case 'color': {
      const { exposure = 0, gamma = 1, hue = 0 } = operation;
      if (exposure !== 0 || gamma !== 1 || hue !== 0)
        throw notVerifiable('color with exposure, gamma or hue');
      const { brightness = 0, contrast = 1, saturation = 1 } = operation;
      const matrix = color.matrix as YcbcrMatrix;
      return mixed(mixerPasses({ brightness, contrast, saturation, matrix }));
    }
    case 'matrix':
      return mixed(affinePasses(operation.coefficients));
    case 'fade': {
      const { amount, color: towards = [0, 0, 0] } = operation;
      const rows = towards.flatMap((share, row) => [
        ...[0, 1, 2].map((column) => (row === column ? 1 - amount : 0)),
        share * amount,
      ]);
      return mixed(affinePasses(rows));
    }
    case 'lut3d':
      return operation.lut.dimensions === 1
        ? [filter('lut1d', { file: cube ?? '', interp: 'linear' })]
        : [filter('lut3d', { file: cube ?? '', interp: 'tetrahedral' })];
    case 'letterbox':
    case 'solid':
    case 'dissolve':
    case 'wipe':
      throw notVerifiable(operation.type);
  }
}

/** @throws FramerailError `E_NOT_VERIFIABLE` for overlays that ffmpeg's own can't do */
export function expectPlainOverlay({ blend = 'normal', premultiplied = false }: Overlay): void {
  if (blend !== 'normal' || premultiplied) throw notVerifiable(`overlay with blend or premultiplied`);
}

type Overlay = Extract<ExportOperation, { type: 'overlay' }>;

/** Operations are defined on 8-bit codes; here they are rounded where ffmpeg needs it and at the end. */
export function toEightBits(): Filter[] {
  return [filter('scale', CAREFUL), filter('format', { pix_fmts: 'gbrp' })];
}

const toFloats = (): Filter => filter('format', { pix_fmts: FLOAT });

/** What a later step gets is cut off at black and white. */
const mixed = (passes: readonly MixerArguments[]): Filter[] => [
  ...passes.map((args) => filter('colorchannelmixer', args)),
  ...toEightBits(),
  toFloats(),
];

function turned(degrees: 0 | 90 | 180 | 270): Filter[] {
  if (degrees === 180) return [filter('hflip', {}), filter('vflip', {})];
  return degrees === 0 ? [] : [filter('transpose', { dir: degrees === 90 ? 'clock' : 'cclock' })];
}

function hex([r, g, b]: FillColor): string {
  const code = (share: number): string =>
    Math.round(share * 255)
      .toString(16)
      .padStart(2, '0');
  return `0x${code(r)}${code(g)}${code(b)}`;
}
