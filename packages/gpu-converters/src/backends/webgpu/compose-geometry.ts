import type { PreparedPlace, PreparedResample, PreparedScale } from '../../operations/prepared-operation.js';
import type { PassStep } from './passes.js';
import { SHADERS } from './shader-sources.js';
import { beforeAt, fromVector, type StepContext, type StepText } from './step-text.js';
import { i32, u32 } from './wgsl-text.js';

/** The text of a step that takes pixels from other places; `undefined` for steps that don't. */
export function geometryStep(step: PassStep, context: StepContext): StepText | undefined {
  switch (step.type) {
    case 'scale':
      return scaleStep(step, context);
    case 'resample':
      return resampleStep(step, context);
    case 'across':
      return acrossStep(step.resample, context);
    case 'down':
      return downStep(step.resample, context);
    case 'place':
      return placeStep(step, context);
    default:
      return undefined;
  }
}

function acrossFunction(resample: PreparedResample, context: StepContext, number: string): string {
  const { name, depth } = context;
  const { horizontal } = resample;
  if (horizontal === undefined) {
    const shift = depth === 8 ? ' << vec4<u32>(6u)' : '';
    return `fn ${name}_across(x: u32, y: u32) -> vec4<i32> {
  return vec4<i32>(${beforeAt(context, 'x', 'y')})${shift};
}`;
  }
  const result =
    depth === 8
      ? 'sum >> vec4<u32>(8u)'
      : 'clamp(sum >> vec4<u32>(14u), vec4<i32>(-16384i), vec4<i32>(81919i))';
  return `fn ${name}_across(x: u32, y: u32) -> vec4<i32> {
  let taps = u32(${number}) + x * ${u32(horizontal.count + 1)};
  let first = tables.words[taps];
  var sum = vec4<i32>(${i32(depth === 8 ? 128 : 8192)});
  for (var tap = 0u; tap < ${u32(horizontal.count)}; tap++) {
    sum += i32(tables.words[taps + 1u + tap]) * vec4<i32>(${beforeAt(context, 'first + tap', 'y')});
  }
  return ${result};
}`;
}

function downFunction(
  resample: PreparedResample,
  context: StepContext,
  number: string,
  across: string,
): string {
  const { name, depth } = context;
  const { vertical } = resample;
  const largest = depth === 8 ? 255 : 65_535;
  const clamped = (sum: string): string =>
    `vec4<u32>(clamp(${sum}, vec4<i32>(0i), vec4<i32>(${i32(largest)})))`;
  if (vertical === undefined) {
    const own = `${across}(x, y)`;
    return `fn ${name}_vector(x: u32, y: u32) -> vec4<u32> {
  return ${clamped(depth === 8 ? `(${own} + vec4<i32>(32i)) >> vec4<u32>(6u)` : own)};
}`;
  }
  return `fn ${name}_vector(x: u32, y: u32) -> vec4<u32> {
  let taps = u32(${number}) + y * ${u32(vertical.count + 1)};
  let first = tables.words[taps];
  var sum = vec4<i32>(${i32(depth === 8 ? 2 ** 19 : 8192)});
  for (var tap = 0u; tap < ${u32(vertical.count)}; tap++) {
    sum += i32(tables.words[taps + 1u + tap]) * ${across}(x, first + tap);
  }
  return ${clamped(`sum >> vec4<u32>(${u32(depth === 8 ? 20 : 14)})`)};
}`;
}

function resampleStep(resample: PreparedResample, context: StepContext): StepText {
  const vertical = resample.horizontal === undefined ? 0 : 1;
  const code = [
    acrossFunction(resample, context, context.number(0)),
    downFunction(resample, context, context.number(vertical), `${context.name}_across`),
    fromVector(context),
  ];
  return { code: code.join('\n'), sources: [] };
}

/** The last step of a pass: signed sums as they are, in vectors. */
function acrossStep(resample: PreparedResample, context: StepContext): StepText {
  const code = `${acrossFunction(resample, context, context.number(0))}
fn ${context.name}_wide(x: u32, y: u32) -> vec4<u32> {
  return vec4<u32>(${context.name}_across(x, y));
}`;
  return { code, sources: [] };
}

/** The first step of a pass whose loader gives `load_across`. */
function downStep(resample: PreparedResample, context: StepContext): StepText {
  const code = [
    downFunction(resample, context, context.number(0), `${context.before}_across`),
    fromVector(context),
  ];
  return { code: code.join('\n'), sources: [] };
}

function placeStep(place: PreparedPlace, context: StepContext): StepText {
  const { name, size, number } = context;
  const { transpose, flipX, flipY } = place;
  const column = flipX ? `${i32(size.width - 1)} - a` : 'a';
  const row = flipY ? `${i32(size.height - 1)} - b` : 'b';
  const fill = [2, 3, 4, 5].map((index) => `u32(${number(index)})`).join(', ');
  const code = `fn ${name}_vector(x: u32, y: u32) -> vec4<u32> {
  let ${transpose ? 'b' : 'a'} = i32(x) - ${number(0)};
  let ${transpose ? 'a' : 'b'} = i32(y) - ${number(1)};
  if (a < 0 || b < 0 || a >= ${i32(size.width)} || b >= ${i32(size.height)}) {
    return vec4<u32>(${fill});
  }
  return ${beforeAt(context, `u32(${column})`, `u32(${row})`)};
}
${fromVector(context)}`;
  return { code, sources: [] };
}

function scaleStep(scale: PreparedScale, context: StepContext): StepText {
  const { name, before, size, depth, isCheap, number } = context;
  if (depth !== 8)
    throw new RangeError(
      `Expected a scale of 8-bit pixels but received ${scale.width}×${scale.height} at 16`,
    );
  const code = `fn ${name}_between(column: u32, row: u32) -> u32 {
  let left = column >> 8u;
  let top = row >> 8u;
  let right = min(left + 1u, ${u32(size.width - 1)});
  let bottom = min(top + 1u, ${u32(size.height - 1)});
  ${isCheap ? copiedTaps(before) : loopedTaps(before)}
  return scale_between(taps.x, taps.y, taps.z, taps.w, column & 0xffu, row & 0xffu);
}
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  let row = tables.words[u32(${number(1)}) + y];
  let first = u32(${number(0)}) + x;
  var quad = vec4<u32>(0u);
  for (var lane = 0u; lane < 4u; lane++) {
    quad = with_lane(quad, lane, ${name}_between(tables.words[first + lane], row));
  }
  return quad;
}
fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return ${name}_between(tables.words[u32(${number(0)}) + x], tables.words[u32(${number(1)}) + y]);
}`;
  return { code, sources: [SHADERS.operations.scale] };
}

/** The four pixels around a position, fetched at once. */
const copiedTaps = (before: string): string => `let taps = vec4<u32>(
    ${before}_pixel(left, top),
    ${before}_pixel(right, top),
    ${before}_pixel(left, bottom),
    ${before}_pixel(right, bottom),
  );`;

/** The same with one call, where a pixel's code is long: compilers inline every call. */
const loopedTaps = (before: string): string => `var taps = vec4<u32>(0u);
  for (var tap = 0u; tap < 4u; tap++) {
    let pixel = ${before}_pixel(select(left, right, (tap & 1u) != 0u), select(top, bottom, tap >= 2u));
    taps = with_lane(taps, tap, pixel);
  }`;
