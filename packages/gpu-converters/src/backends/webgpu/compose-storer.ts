import { type ColorSpace, PIXEL_FORMATS, type PixelFormat } from '@framerail/media-types';
import { downsamplingTaps } from '../../exact/chroma-siting.js';
import type { FixedForm } from '../../plan/work.js';
import { toYcbcrWords } from './color-words.js';
import { planeConstants, type ShaderPart } from './compose-loader.js';
import { chromaSampling, chromaSize, type GpuLayout, type GpuPlane, isYcbcr } from './gpu-layout.js';
import type { PixelOutput } from './passes.js';
import { SHADERS } from './shader-sources.js';
import { constants, fixedRow, formText, i32, u32, vector } from './wgsl-text.js';

/** The part that stores components of Y′CbCr, or pixels. */
export function composeTarget(
  layout: GpuLayout,
  targetBytes: number,
  { depth, halfs, dithered }: Pick<PixelOutput, 'depth' | 'halfs' | 'dithered'>,
): ShaderPart {
  const { format, planes } = layout;
  const first = planes[0] as GpuPlane;
  const isQuads = first.offset % 16 === 0 && first.stride % 16 === 0;
  if (format === 'SUMS32' || (format === 'RGBA' && depth === 8 && isQuads)) {
    const code = constants({ TARGET_FIRST: first.offset / 16, TARGET_STRIDE: first.stride / 16 });
    return {
      bindings: binding(`target_quads: array<vec4<u32>, ${targetBytes / 16}>`),
      code: [code, format === 'RGBA' ? SHADERS.store.quads : SHADERS.store.SUMS32],
    };
  }
  const bindings = binding(`target_words: array<u32, ${targetBytes / 4}>`);
  if (format === 'PLANE_SUMS') return { bindings, code: [constants(planeConstants('TARGET', layout))] };
  if (isYcbcr(format)) {
    const numbers = {
      ...planeConstants('TARGET', layout),
      TARGET_CHROMA_WIDTH: chromaSize(layout).width,
    };
    return { bindings, code: [constants(numbers), SHADERS.store[format]] };
  }
  const numbers = { TARGET_FIRST: first.offset / 4, TARGET_STRIDE: first.stride / 4 };
  const code = [constants(numbers)];
  if ((format === 'RGBA' || format === 'BGRA') && depth === 16) {
    code.push(constants({ TARGET_RED: format === 'RGBA' ? 0 : 16, TARGET_BLUE: format === 'RGBA' ? 16 : 0 }));
    code.push(`const TARGET_DITHERED = ${dithered};`, SHADERS.pixel.bayer, SHADERS.store.wideBytes);
  } else {
    if (format === 'RGBA16F') code.push(`const PIXELS_ARE_HALFS = ${halfs};`);
    code.push(SHADERS.store[format]);
  }
  return { bindings, code };
}

const binding = (declaration: string): string =>
  `@group(0) @binding(1) var<storage, read_write> ${declaration};`;

/** The functions that make components of the final pixels, and the numbers that the entry point needs. */
export function composeComponents(
  format: PixelFormat,
  { color, form, depth, dithered }: PixelOutput,
): readonly string[] {
  if (color === undefined) throw new RangeError(`Expected a colour for ${format} but received none`);
  const sampling = chromaSampling(format);
  const taps = downsamplingTaps(color.chromaLocation);
  const [across, down] = [sampling === '444' ? ONE : taps.across, sampling === '420' ? taps.down : ONE];
  const fromThree = ({ offsets, weights }: typeof across): number[] =>
    [-1, 0, 1].map((offset) => weights[offsets.indexOf(offset)] ?? 0);
  const weight = across.total * down.total;
  const numbers = `const BLOCK_ROWS = ${sampling === '420' ? 2 : 1}u;
const WEIGHTS_ACROSS = ${vector('u32', fromThree(across))};
const WEIGHTS_DOWN = ${vector('u32', fromThree(down))};`;
  const matrix =
    form === undefined
      ? composeExact(color, weight)
      : composeFixed(form, { format, depth, dithered, weight });
  return [numbers, ...matrix];
}

const ONE = { offsets: [0], weights: [1], total: 1 };

function composeExact(color: ColorSpace, weight: number): readonly string[] {
  const { luma, cb, cr } = toYcbcrWords(color, weight);
  const numbers = `const TO_LUMA = ${formText(luma)};
const TO_CB = ${formText(cb)};
const TO_CR = ${formText(cr)};`;
  return [numbers, SHADERS.exact.form, SHADERS.pixel.edge, SHADERS.matrix.rgbToYcbcr];
}

function composeFixed(
  form: FixedForm,
  {
    format,
    depth,
    dithered,
    weight,
  }: Pick<PixelOutput, 'depth' | 'dithered'> & { format: PixelFormat; weight: number },
): readonly string[] {
  const numbers = `const STORE_LUMA = ${fixedRow(form, 0)};
const STORE_CB = ${fixedRow(form, 1)};
const STORE_CR = ${fixedRow(form, 2)};
const STORE_SHIFT = ${u32(form.shift)};
const STORE_LARGEST = ${i32(PIXEL_FORMATS[format].bitDepth === 10 ? 1023 : 255)};
const STORE_DITHERED = ${dithered};
const STORE_WIDE = ${depth === 16};
const MEAN_SHIFT = ${u32(depth === 16 ? Math.log2(weight) : 0)};`;
  const pixels = depth === 8 ? [SHADERS.pixel.edge, SHADERS.pixel.planes8] : [SHADERS.pixel.planes16];
  return [numbers, SHADERS.exact.fixed, SHADERS.pixel.bayer, ...pixels, SHADERS.matrix.rgbToYcbcrFixed];
}
