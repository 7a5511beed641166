import type { WorkDepth } from '../../operations/prepared-operation.js';
import type { Size } from './pass-cost.js';

/** What the text of a step is made of. */
export interface StepContext {
  /** Prefix of the step's functions: `_quad` and `_pixel` at 8 bits, `_wide` at 16. */
  readonly name: string;
  /** Prefix of the functions of the step before. */
  readonly before: string;
  /** Depth of what comes in. */
  readonly depth: WorkDepth;
  /** Of what comes in. */
  readonly size: Size;
  /** Whether a pixel of what comes in is only loaded. */
  readonly isCheap: boolean;
  /** The step's own number in the tables' head, as an i32. */
  number(index: number): string;
}

/** The texts of a step: its own first, then what it needs. */
export interface StepText {
  readonly code: string;
  readonly sources: readonly string[];
}

/** A pixel of the step before as a vector. */
export const beforeAt = ({ before, depth }: StepContext, x: string, y: string): string =>
  depth === 8 ? `unpacked(${before}_pixel(${x}, ${y}))` : `${before}_wide(${x}, ${y})`;

/** The functions of a step, from one that gives a vector: `{name}_vector(x, y)`. */
export function fromVector({ name, depth }: Pick<StepContext, 'name' | 'depth'>): string {
  if (depth === 16)
    return `fn ${name}_wide(x: u32, y: u32) -> vec4<u32> {
  return ${name}_vector(x, y);
}`;
  return `fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return packed(${name}_vector(x, y));
}
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  var quad = vec4<u32>(0u);
  for (var lane = 0u; lane < 4u; lane++) {
    quad = with_lane(quad, lane, ${name}_pixel(x + lane, y));
  }
  return quad;
}`;
}

/**
 * The functions of a step from one that takes a pixel as a vector: `{name}_of(pixel, x, y)`. Quads stay quads before
 * it, so that the loader keeps what its four pixels share.
 *
 * @param to - depth of what goes out
 */
export function fromPixels(context: StepContext, to: StepContext['depth']): string {
  const { name, before, depth } = context;
  if (to === 16)
    return `fn ${name}_wide(x: u32, y: u32) -> vec4<u32> {
  return ${name}_of(${beforeAt(context, 'x', 'y')}, x, y);
}`;
  const pixel = `fn ${name}_pixel(x: u32, y: u32) -> u32 {
  return packed(${name}_of(${beforeAt(context, 'x', 'y')}, x, y));
}`;
  const lane =
    depth === 8
      ? `packed(${name}_of(unpacked(lane_of(all, lane)), x + lane, y))`
      : `${name}_pixel(x + lane, y)`;
  return `${pixel}
fn ${name}_quad(x: u32, y: u32) -> vec4<u32> {
  ${depth === 8 ? `let all = ${before}_quad(x, y);` : ''}
  var quad = vec4<u32>(0u);
  for (var lane = 0u; lane < 4u; lane++) {
    quad = with_lane(quad, lane, ${lane});
  }
  return quad;
}`;
}
