import type { ColorSpace } from '@framerail/media-types';
import type { Upsampling } from '../../exact/chroma-siting.js';
import { chromaWeights, toRgbWords } from './color-words.js';
import { type GpuLayout, type GpuPlane, isYcbcr } from './gpu-layout.js';
import { SHADERS } from './shader-sources.js';
import { constants, formText, u32, vector } from './wgsl-text.js';

/** A part of a shader: its buffer's declaration, and its functions and constants. */
export interface ShaderPart {
  readonly bindings: string;
  readonly code: string;
}

/** What {@link composeLoader} takes. */
export interface LoaderOptions {
  readonly layout: GpuLayout;
  /** Set: YCbCr becomes RGBA. Not set for YCbCr: components alone. */
  readonly color: ColorSpace | undefined;
  readonly upsampling: Upsampling;
}

/** The part that gives `load_quad` and `load_pixel`, or the components of YCbCr. */
export function composeLoader({ layout, color, upsampling }: LoaderOptions): ShaderPart {
  const [first, second, third] = layout.planes as [GpuPlane, GpuPlane?, GpuPlane?];
  if (!isYcbcr(layout.format)) {
    return {
      bindings: binding(`array<vec4<u32>, ${layout.byteLength / 16}>`),
      code: `${constants({ SOURCE_STRIDE: first.stride / 16 })}\n${SHADERS.load[layout.format]}`,
    };
  }
  const planes: Record<string, number> = {
    SOURCE_LUMA: first.offset / 4,
    SOURCE_LUMA_STRIDE: first.stride / 4,
  };
  if (layout.format === 'NV12' && second !== undefined) {
    planes['SOURCE_CHROMA'] = second.offset / 4;
    planes['SOURCE_CHROMA_STRIDE'] = second.stride / 4;
  } else if (second !== undefined && third !== undefined) {
    planes['SOURCE_CB'] = second.offset / 4;
    planes['SOURCE_CB_STRIDE'] = second.stride / 4;
    planes['SOURCE_CR'] = third.offset / 4;
    planes['SOURCE_CR_STRIDE'] = third.stride / 4;
  }
  planes['SOURCE_CHROMA_WIDTH'] = Math.ceil(layout.width / 2);
  planes['SOURCE_CHROMA_HEIGHT'] = Math.ceil(layout.height / 2);
  return {
    bindings: binding(`array<u32, ${layout.byteLength / 4}>`),
    code: [
      constants(planes),
      SHADERS.load[layout.format],
      color === undefined ? '' : composeToRgb(color, upsampling),
    ].join('\n'),
  };
}

const binding = (type: string): string => `@group(0) @binding(0) var<storage, read> source: ${type};`;

function composeToRgb(color: ColorSpace, upsampling: Upsampling): string {
  const { red, green, blue } = toRgbWords(color);
  const across = chromaWeights('across', color.chromaLocation, upsampling);
  const down = chromaWeights('down', color.chromaLocation, upsampling);
  return `const CHROMA_EVEN = ${vector('u32', across.even)};
const CHROMA_ODD = ${vector('u32', across.odd)};
const CHROMA_EVEN_ROW = ${vector('u32', down.even)};
const CHROMA_ODD_ROW = ${vector('u32', down.odd)};
const TO_RED = ${formText(red)};
const TO_RED_OFFSET = ${u32(red.offset)};
const TO_GREEN = ${formText(green)};
const TO_GREEN_OFFSET = ${u32(green.offset)};
const TO_BLUE = ${formText(blue)};
const TO_BLUE_OFFSET = ${u32(blue.offset)};
fn evaluate_green(luma: vec4<u32>, cb: vec4<u32>, cr: vec4<u32>) -> vec4<u32> {
  return ${green.wide ? 'evaluate_wide' : 'evaluate'}(TO_GREEN, luma, cb, cr);
}
${SHADERS.matrix.ycbcrToRgb}`;
}
