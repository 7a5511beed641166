import type {
  BlendMode,
  PreparedCurves,
  PreparedMix,
  PreparedOverlay,
} from '../../operations/prepared-operation.js';
import type { PassStep } from './passes.js';
import { SHADERS } from './shader-sources.js';
import { fromPixels, type StepContext, type StepText } from './step-text.js';
import { u32 } from './wgsl-text.js';

/** The text of a step that makes a pixel of the pixel at its place. */
export function pointStep(step: PassStep, context: StepContext): StepText {
  switch (step.type) {
    case 'colorMatrix':
      return context.depth === 8 ? packedMatrix(context) : wideMatrix(context);
    case 'curves':
      return curvesStep(step, context);
    case 'lut3d':
      return lutStep(context);
    case 'overlay':
      return isPlain(step) && context.depth === 8 ? packedOverlay(context) : overlayStep(step, context);
    case 'mix':
      return mixStep(step, context);
    default:
      throw new RangeError(`Expected a step with a shader but received ${step.type}`);
  }
}

const matrixRow = ({ number }: StepContext, row: number): string =>
  `vec4<i32>(${[0, 1, 2, 3].map((column) => number(4 * row + column)).join(', ')})`;

function packedMatrix(context: StepContext): StepText {
  const { name, before } = context;
  const code = `fn ${name}_matrix() -> ColorMatrix {
  return ColorMatrix(${[0, 1, 2].map((row) => matrixRow(context, row)).join(', ')});
}
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  return color_matrix(${before}_quad(x, y), ${name}_matrix());
}
fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return color_matrix(vec4<u32>(${before}_pixel(x, y)), ${name}_matrix()).x;
}`;
  return { code, sources: [SHADERS.operations.colorMatrixPacked] };
}

function wideMatrix(context: StepContext): StepText {
  const rows = [0, 1, 2].map((row) => matrixRow(context, row)).join(', ');
  const code = `fn ${context.name}_of(pixel: vec4<u32>, x: u32, y: u32) -> vec4<u32> {
  return color_matrix_wide(pixel, ${rows});
}
${fromPixels(context, 16)}`;
  return { code, sources: [SHADERS.operations.colorMatrixWide] };
}

function curvesStep({ from, to }: PreparedCurves, context: StepContext): StepText {
  const { name, depth, number } = context;
  if (from !== depth) throw new RangeError(`Expected curves from ${depth} bits but received ${from}`);
  const at = (channel: string, index: number): string => `table_at(u32(${number(index)}), pixel.${channel})`;
  const alpha =
    from === to ? 'pixel.w' : from === 8 ? '257u * pixel.w' : 'bytes_of(vec4<u32>(pixel.w + 128u)).x';
  const code = `fn ${name}_of(pixel: vec4<u32>, x: u32, y: u32) -> vec4<u32> {
  return vec4<u32>(${at('x', 0)}, ${at('y', 1)}, ${at('z', 2)}, ${alpha});
}
${fromPixels(context, to)}`;
  return { code, sources: [SHADERS.operations.table] };
}

function lutStep(context: StepContext): StepText {
  const { name, depth, number } = context;
  const code = `fn ${name}_of(pixel: vec4<u32>, x: u32, y: u32) -> vec4<u32> {
  return lut3d(pixel, u32(${number(0)}), u32(${number(1)}), ${u32(depth)});
}
${fromPixels(context, depth)}`;
  return { code, sources: [SHADERS.operations.lut3d] };
}

const isPlain = ({ mode = 'normal', premultiplied = false }: PreparedOverlay): boolean =>
  mode === 'normal' && !premultiplied;

const overlayNumbers = ({ number }: StepContext): string =>
  `u32(${number(0)}), ${[1, 2, 3, 4].map(number).join(', ')}, u32(${number(5)})`;

function packedOverlay(context: StepContext): StepText {
  const { name, before } = context;
  const code = `fn ${name}_overlay() -> PackedOverlay {
  return PackedOverlay(${overlayNumbers(context)});
}
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  return packed_overlay_quad(${before}_quad(x, y), x, y, ${name}_overlay());
}
fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return packed_overlay_one(${before}_pixel(x, y), x, y, ${name}_overlay());
}`;
  return { code, sources: [SHADERS.operations.overlayPacked] };
}

/** The functions of `shaders/operations/blend.wgsl`. */
const BLEND: Readonly<Record<Exclude<BlendMode, 'normal'>, string>> = {
  multiply: 'blend_multiply',
  screen: 'blend_screen',
  overlay: 'blend_overlay',
  darken: 'blend_darken',
  lighten: 'blend_lighten',
  add: 'blend_add',
  difference: 'blend_difference',
  exclusion: 'blend_exclusion',
  hardLight: 'blend_hard_light',
  softLight: 'blend_soft_light',
  colorDodge: 'blend_color_dodge',
  colorBurn: 'blend_color_burn',
};

function overlayStep(overlay: PreparedOverlay, context: StepContext): StepText {
  const { name, depth } = context;
  const { mode = 'normal', premultiplied = false } = overlay;
  const bits = u32(depth);
  const blended = mode === 'normal' ? 'above.xyz' : `${BLEND[mode]}(pixel.xyz, above.xyz, ${bits})`;
  const result = premultiplied
    ? `overlay_premultiplied(pixel, above, overlay.opacity, ${bits})`
    : `overlay_straight(pixel, ${blended}, above.w, overlay.opacity, ${bits})`;
  const code = `fn ${name}_of(pixel: vec4<u32>, x: u32, y: u32) -> vec4<u32> {
  let overlay = Overlay(${overlayNumbers(context)});
  let above = overlay_at(x, y, overlay, ${bits});
  return ${result};
}
${fromPixels(context, depth)}`;
  const sources = mode === 'normal' ? [] : [SHADERS.operations.blend];
  return { code, sources: [SHADERS.operations.overlay, ...sources] };
}

function mixStep(mix: PreparedMix, context: StepContext): StepText {
  const { name, depth, number, size } = context;
  const code = `fn ${name}_of(pixel: vec4<u32>, x: u32, y: u32) -> vec4<u32> {
  let weight = tables.words[u32(${number(1)}) + ${mix.along}];
  return mix_wide(pixel, u32(${number(0)}) + y * ${u32(size.width)} + x, weight, ${u32(depth)});
}
${fromPixels(context, depth)}`;
  return { code, sources: [SHADERS.operations.mix] };
}
