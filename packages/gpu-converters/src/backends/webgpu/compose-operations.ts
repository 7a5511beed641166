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
  /** Gets what the operations read. */
  readonly tables: PassTables;
}

/**
 * The functions `final_quad` and `final_pixel`: a chain in which each operation calls the one before it, and
 * the first calls the loader.
 */
export function composeOperations({ operations, width, height, tables }: OperationsOptions): string {
  const types = new Set(operations.map(({ type }) => type));
  const sources = [...types].map((type) => SHADERS.operations[type]);
  let size = { width, height };
  let before = 'load';
  const chain = operations.map((operation, index) => {
    const step = { before, name: `step_${index}`, ...size };
    before = step.name;
    if (operation.type === 'colorMatrix') return colorMatrixStep(step, operation);
    if (operation.type === 'overlay') return overlayStep(step, operation, tables);
    size = { width: operation.width, height: operation.height };
    return scaleStep(step, size, tables);
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

/** A link of the chain: its functions' prefix, the prefix of those it calls, and the frame's size before it. */
interface Step {
  readonly name: string;
  readonly before: string;
  readonly width: number;
  readonly height: number;
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

function overlayStep(
  { name, before, width, height }: Step,
  overlay: PreparedOverlay,
  tables: PassTables,
): string {
  const { image, x, y, opacity } = overlay;
  if (x >= width || y >= height || x + image.width <= 0 || y + image.height <= 0)
    return passStep({ name, before });
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

function passStep({ name, before }: Pick<Step, 'name' | 'before'>): string {
  return `fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  return ${before}_quad(x, y);
}
fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return ${before}_pixel(x, y);
}`;
}

function scaleStep(
  { name, before, width, height }: Step,
  to: { width: number; height: number },
  tables: PassTables,
): string {
  const columns = tables.addTaps(width, to.width);
  const rows = tables.addTaps(height, to.height);
  return `fn ${name}_between(column: u32, row: u32) -> u32 {
  let x = column >> 8u;
  let y = row >> 8u;
  let right = min(x + 1u, ${u32(width - 1)});
  let bottom = min(y + 1u, ${u32(height - 1)});
  return scale_between(
    ${before}_pixel(x, y),
    ${before}_pixel(right, y),
    ${before}_pixel(x, bottom),
    ${before}_pixel(right, bottom),
    column & 0xffu,
    row & 0xffu,
  );
}
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  let row = tables[${u32(rows)} + y];
  let first = ${u32(columns)} + x;
  return vec4<u32>(
    ${name}_between(tables[first], row),
    ${name}_between(tables[first + 1u], row),
    ${name}_between(tables[first + 2u], row),
    ${name}_between(tables[first + 3u], row),
  );
}
fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return ${name}_between(tables[${u32(columns)} + x], tables[${u32(rows)} + y]);
}`;
}
