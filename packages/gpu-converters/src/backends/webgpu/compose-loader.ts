import type { ColorSpace } from '@framerail/media-types';
import type { Upsampling } from '../../exact/chroma-siting.js';
import type { FixedForm } from '../../plan/work.js';
import { chromaWeights, toRgbWords } from './color-words.js';
import { chromaSampling, chromaSize, type GpuLayout, type GpuPlane, isYcbcr } from './gpu-layout.js';
import type { PixelInput } from './passes.js';
import { SHADERS } from './shader-sources.js';
import { constants, fixedFractions, fixedRow, formText, u32, vector } from './wgsl-text.js';

/** A part of a shader: its buffer's declaration, and its functions and constants. */
export interface ShaderPart {
  /** Declarations. */
  readonly bindings: string;
  /** Everything else; texts that several parts have stand in a shader once. */
  readonly code: readonly string[];
}

/** The part that gives what a buffer holds: pixels of RGB formats, components of Y′CbCr, sums. */
export function composeSource(layout: GpuLayout): ShaderPart {
  const { format, planes, byteLength } = layout;
  const first = planes[0] as GpuPlane;
  const bytes = { RGBA: 16, BGRA: 16, RGBA16F: 8, RGBA16: 8, SUMS16: 8, SUMS32: 16 } as const;
  if (!isYcbcr(format) && format !== 'PLANE_SUMS') {
    const step = bytes[format];
    const type = step === 16 ? 'vec4<u32>' : 'vec2<u32>';
    return {
      bindings: binding(`array<${type}, ${byteLength / step}>`),
      code: [constants({ SOURCE_STRIDE: first.stride / step }), SHADERS.load[format]],
    };
  }
  const numbers = planeConstants('SOURCE', layout);
  if (isYcbcr(format)) {
    const chroma = chromaSize(layout);
    numbers['SOURCE_CHROMA_WIDTH'] = chroma.width;
    numbers['SOURCE_CHROMA_HEIGHT'] = chroma.height;
  }
  return {
    bindings: binding(`array<u32, ${byteLength / 4}>`),
    code: [constants(numbers), SHADERS.load[format]],
  };
}

/** The functions that make pixels of what {@link composeSource} gives, where a pixel isn't there as it is. */
export function composePixels(
  { format }: GpuLayout,
  { color, form, depth, halfs }: PixelInput,
  upsampling: Upsampling,
): readonly string[] {
  if (!isYcbcr(format) || color === undefined) return composeDepth(format, depth);
  const sampling = chromaSampling(format);
  const code: string[] = [];
  if (sampling === '444') {
    code.push(SHADERS.chroma.full);
  } else {
    const across = chromaWeights('across', color.chromaLocation, upsampling);
    code.push(`const CHROMA_EVEN = ${vector('u32', across.even)};
const CHROMA_ODD = ${vector('u32', across.odd)};`);
    if (sampling === '420') {
      const down = chromaWeights('down', color.chromaLocation, upsampling);
      code.push(`const CHROMA_EVEN_ROW = ${vector('u32', down.even)};
const CHROMA_ODD_ROW = ${vector('u32', down.odd)};`);
    }
    code.push(sampling === '420' ? SHADERS.chroma.rows420 : SHADERS.chroma.rows422, SHADERS.chroma.across);
  }
  code.push(...(form === undefined ? composeExact(color) : composeFixed(form, depth, halfs)));
  return code;
}

/** Pixels that are there, at another depth than they are stored in. */
function composeDepth(format: GpuLayout['format'], depth: PixelInput['depth']): readonly string[] {
  const isByte = format === 'RGBA' || format === 'BGRA';
  if (!isByte || depth === 8) return [];
  return ['fn load_wide(x: u32, y: u32) -> vec4<u32> {\n  return 257u * unpacked(load_pixel(x, y));\n}'];
}

const binding = (type: string): string => `@group(0) @binding(0) var<storage, read> source: ${type};`;

/** First words and strides in words of all planes, for 8-bit packed formats also where Y and Cb lie in a word. */
export function planeConstants(
  prefix: 'SOURCE' | 'TARGET',
  { format, planes }: GpuLayout,
): Record<string, number> {
  const names = [
    ['LUMA', 'LUMA_STRIDE'],
    ...(planes.length === 2
      ? [['CHROMA', 'CHROMA_STRIDE']]
      : [
          ['CB', 'CB_STRIDE'],
          ['CR', 'CR_STRIDE'],
        ]),
  ];
  const numbers: Record<string, number> = {};
  for (const [index, { offset, stride }] of planes.entries()) {
    numbers[`${prefix}_${names[index]?.[0]}`] = offset / 4;
    numbers[`${prefix}_${names[index]?.[1]}`] = stride / 4;
  }
  if (format === 'YUY2' || format === 'UYVY') {
    numbers[`${prefix}_LUMA_SHIFT`] = format === 'YUY2' ? 0 : 8;
    numbers[`${prefix}_CHROMA_SHIFT`] = format === 'YUY2' ? 8 : 0;
  }
  return numbers;
}

function composeExact(color: ColorSpace): readonly string[] {
  const { red, green, blue } = toRgbWords(color);
  const numbers = `const TO_RED = ${formText(red)};
const TO_RED_OFFSET = ${u32(red.offset)};
const TO_GREEN = ${formText(green)};
const TO_GREEN_OFFSET = ${u32(green.offset)};
const TO_BLUE = ${formText(blue)};
const TO_BLUE_OFFSET = ${u32(blue.offset)};
fn evaluate_green(luma: vec4<u32>, cb: vec4<u32>, cr: vec4<u32>) -> vec4<u32> {
  return ${green.wide ? 'evaluate_wide' : 'evaluate'}(TO_GREEN, luma, cb, cr);
}`;
  return [numbers, SHADERS.exact.form, SHADERS.exact.wideForm, SHADERS.matrix.ycbcrToRgb];
}

function composeFixed(form: FixedForm, depth: PixelInput['depth'], halfs: boolean): readonly string[] {
  const numbers = `const LOAD_RED = ${fixedRow(form, 0)};
const LOAD_GREEN = ${fixedRow(form, 1)};
const LOAD_BLUE = ${fixedRow(form, 2)};
const LOAD_SHIFT = ${u32(form.shift)};`;
  if (depth === 8) return [numbers, SHADERS.exact.fixed, SHADERS.matrix.ycbcrToRgbFixed];
  const fractions = `const LOAD_RED_FRACTION = ${fixedFractions(form, 0)};
const LOAD_GREEN_FRACTION = ${fixedFractions(form, 1)};
const LOAD_BLUE_FRACTION = ${fixedFractions(form, 2)};
const LOADS_HALFS = ${halfs};`;
  return [numbers, fractions, SHADERS.matrix.ycbcrToRgbFine];
}
