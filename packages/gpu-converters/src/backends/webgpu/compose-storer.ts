import type { ColorSpace } from '@framerail/media-types';
import { toYcbcrWords } from './color-words.js';
import type { ShaderPart } from './compose-loader.js';
import { type GpuLayout, type GpuPlane, isYcbcr } from './gpu-layout.js';
import { SHADERS } from './shader-sources.js';
import { constants, formText, vector } from './wgsl-text.js';

/** What {@link composeStorer} takes. */
export interface StorerOptions {
  readonly layout: GpuLayout;
  /** Set: RGBA becomes YCbCr. Not set for YCbCr: components alone. */
  readonly color: ColorSpace | undefined;
  /** Bytes of the buffer, a multiple of 16. */
  readonly targetBytes: number;
}

/** The part that gives `store_quad`, or the storing functions of YCbCr. */
export function composeStorer({ layout, color, targetBytes }: StorerOptions): ShaderPart {
  const [first, second, third] = layout.planes as [GpuPlane, GpuPlane?, GpuPlane?];
  if (layout.format === 'RGBA' && first.offset % 16 === 0 && first.stride % 16 === 0) {
    const code = constants({ TARGET_FIRST: first.offset / 16, TARGET_STRIDE: first.stride / 16 });
    return {
      bindings: binding(`target_quads: array<vec4<u32>, ${targetBytes / 16}>`),
      code: `${code}\n${SHADERS.store.quads}`,
    };
  }
  const bindings = binding(`target_words: array<u32, ${targetBytes / 4}>`);
  if (!isYcbcr(layout.format)) {
    const code = constants({ TARGET_FIRST: first.offset / 4, TARGET_STRIDE: first.stride / 4 });
    return { bindings, code: `${code}\n${SHADERS.store[layout.format]}` };
  }
  const planes: Record<string, number> = {
    TARGET_LUMA: first.offset / 4,
    TARGET_LUMA_STRIDE: first.stride / 4,
  };
  if (layout.format === 'NV12' && second !== undefined) {
    planes['TARGET_CHROMA'] = second.offset / 4;
    planes['TARGET_CHROMA_STRIDE'] = second.stride / 4;
    planes['TARGET_CHROMA_WIDTH'] = Math.ceil(layout.width / 2);
  } else if (second !== undefined && third !== undefined) {
    planes['TARGET_CB'] = second.offset / 4;
    planes['TARGET_CB_STRIDE'] = second.stride / 4;
    planes['TARGET_CR'] = third.offset / 4;
    planes['TARGET_CR_STRIDE'] = third.stride / 4;
  }
  const matrix = color === undefined ? '' : composeToYcbcr(color);
  return { bindings, code: [constants(planes), SHADERS.store[layout.format], matrix].join('\n') };
}

const binding = (declaration: string): string =>
  `@group(0) @binding(1) var<storage, read_write> ${declaration};`;

function composeToYcbcr(color: ColorSpace): string {
  const { luma, cb, cr, across, down } = toYcbcrWords(color);
  return `const TO_LUMA = ${formText(luma)};
const TO_CB = ${formText(cb)};
const TO_CR = ${formText(cr)};
const WEIGHTS_ACROSS = ${vector('u32', across)};
const WEIGHTS_DOWN = ${vector('u32', down)};
${SHADERS.matrix.rgbToYcbcr}`;
}
