import type {
  PreparedColorMatrix,
  PreparedOperation,
  PreparedOverlay,
} from '../../operations/prepared-operation.js';
import { SHADERS } from './shader-sources.js';
import type { PassTables } from './tables.js';
import { i32, u32, vector } from './wgsl-text.js';

/** What {@link composeOperations} takes. */
export interface OperationsOptions {
  readonly operations: readonly PreparedOperation[];
  /** Pixels of the loaded frame. */
  readonly width: number;
  readonly height: number;
  /** Whether the loader only loads, and doesn't compute. */
  readonly isLoadCheap: boolean;
  /** Gets what the operations read. */
  readonly tables: PassTables;
}

/**
 * The functions `final_quad` and `final_pixel`: a chain in which each operation calls the one before it, and
 * the first calls the loader.
 */
export function composeOperations({
  operations,
  width,
  height,
  isLoadCheap,
  tables,
}: OperationsOptions): string {
  const types = new Set(operations.map(({ type }) => type));
  const sources = [...types].map((type) =>
    type in SHADERS.operations ? SHADERS.operations[type as 'scale'] : '',
  );
  let size: Size = { width, height };
  let before = 'load';
  const chain = operations.map((operation, index) => {
    const step = { before, name: `step_${index}` };
    before = step.name;
    if (operation.type === 'colorMatrix') return colorMatrixStep(step, operation);
    if (operation.type === 'overlay') return overlayStep(step, operation, tables);
    if (operation.type !== 'scale')
      throw new RangeError(`Expected a step with a shader but received ${operation.type}`);
    const from = size;
    size = { width: operation.width, height: operation.height };
    return scaleStep(step, { from, to: size, tables, isLoadCheap: isLoadCheap && index === 0 });
  });
  return `${sources.join('\n')}
${chain.join('\n')}
fn final_quad(x: u32, y: u32) -> vec4<u32> {
  return ${before}_quad(x, y);
}
fn final_pixel(x: u32, y: u32) -> u32 {
  return ${before}_pixel(x, y);
}`;
}

/** A link of the chain: its functions' prefix, and the prefix of those it calls. */
interface Step {
  readonly name: string;
  readonly before: string;
}

function colorMatrixStep({ name, before }: Step, { coefficients }: PreparedColorMatrix): string {
  const row = (index: number): string => {
    const [x = 0, y = 0, z = 0, offset = 0] = coefficients.subarray(4 * index, 4 * index + 4);
    // 2048 is half of a unit in twelve fraction bits.
    return vector('i32', [x, y, z, offset + 2048]);
  };
  return `const ${name}_matrix = ColorMatrix(${row(0)}, ${row(1)}, ${row(2)});
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  return color_matrix(${before}_quad(x, y), ${name}_matrix);
}
fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return color_matrix(vec4<u32>(${before}_pixel(x, y)), ${name}_matrix).x;
}`;
}

function overlayStep({ name, before }: Step, overlay: PreparedOverlay, tables: PassTables): string {
  const { image, x, y, opacity } = overlay;
  const first = tables.addPicture(image);
  const numbers = [u32(first), i32(image.width), i32(image.height), i32(x), i32(y), u32(opacity)];
  return `const ${name}_overlay = Overlay(${numbers.join(', ')});
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  return overlay_quad(${before}_quad(x, y), x, y, ${name}_overlay);
}
fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return overlay_one(${before}_pixel(x, y), x, y, ${name}_overlay);
}`;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function scaleStep(
  { name, before }: Step,
  { from, to, tables, isLoadCheap }: { from: Size; to: Size; tables: PassTables; isLoadCheap: boolean },
): string {
  const columns = tables.addTaps(from.width, to.width);
  const rows = tables.addTaps(from.height, to.height);
  return `fn ${name}_between(column: u32, row: u32) -> u32 {
  let left = column >> 8u;
  let top = row >> 8u;
  let right = min(left + 1u, ${u32(from.width - 1)});
  let bottom = min(top + 1u, ${u32(from.height - 1)});
  ${isLoadCheap ? copiedTaps(before) : loopedTaps(before)}
  return scale_between(taps.x, taps.y, taps.z, taps.w, column & 0xffu, row & 0xffu);
}
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  let row = tables[${u32(rows)} + y];
  let first = ${u32(columns)} + x;
  var quad = vec4<u32>(0u);
  for (var lane = 0u; lane < 4u; lane++) {
    let pixel = ${name}_between(tables[first + lane], row);
    quad = select(quad, vec4<u32>(pixel), vec4<u32>(lane) == vec4<u32>(0u, 1u, 2u, 3u));
  }
  return quad;
}
fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return ${name}_between(tables[${u32(columns)} + x], tables[${u32(rows)} + y]);
}`;
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
    taps = select(taps, vec4<u32>(pixel), vec4<u32>(tap) == vec4<u32>(0u, 1u, 2u, 3u));
  }`;
