import type { WorkDepth } from '../../operations/prepared-operation.js';
import { geometryStep } from './compose-geometry.js';
import { pointStep } from './compose-points.js';
import type { Size } from './pass-cost.js';
import type { PassStep } from './passes.js';
import { SHADERS } from './shader-sources.js';
import { numbersOf, sizeAfter } from './step-tables.js';
import type { StepContext } from './step-text.js';

/** What {@link composeSteps} takes. */
export interface StepsOptions {
  /** Done in this order. */
  readonly steps: readonly PassStep[];
  /** Of the loaded frame. */
  readonly size: Size;
  /** Of the pixels that the loader gives. */
  readonly depth: WorkDepth;
  /** Whether the loader only loads, and doesn't compute. */
  readonly isLoadCheap: boolean;
}

/**
 * The functions `final_quad` and `final_pixel` at 8 bits, `final_wide` at 16: a chain in which each step calls the
 * one before it, and the first calls the loader.
 */
export function composeSteps({ steps, size, depth, isLoadCheap }: StepsOptions): readonly string[] {
  const sources: string[] = [SHADERS.pixel.packed, SHADERS.pixel.division];
  const chain: string[] = [];
  let before = 'load';
  let taken = 0;
  let current = { size, depth };
  for (const [index, step] of steps.entries()) {
    const first = taken;
    const context: StepContext = {
      ...current,
      name: `step_${index}`,
      before,
      isCheap: isLoadCheap && index === 0,
      number: (own) => `tables.numbers[${first + own}]`,
    };
    const text = geometryStep(step, context) ?? pointStep(step, context);
    sources.push(...text.sources);
    chain.push(text.code);
    taken += numbersOf(step);
    before = context.name;
    current = {
      size: sizeAfter(step, current.size),
      depth: step.type === 'curves' ? step.to : current.depth,
    };
  }
  return [...sources, ...chain, finalFunctions(before, isWide(steps, current.depth))];
}

/** Whether a pass ends with pixels in vectors, and not in words. */
export function isWide(steps: readonly PassStep[], depth: WorkDepth): boolean {
  return depth === 16 || steps.at(-1)?.type === 'across';
}

const finalFunctions = (before: string, wide: boolean): string =>
  wide
    ? `fn final_wide(x: u32, y: u32) -> vec4<u32> {
  return ${before}_wide(x, y);
}`
    : `fn final_quad(x: u32, y: u32) -> vec4<u32> {
  return ${before}_quad(x, y);
}
fn final_pixel(x: u32, y: u32) -> u32 {
  return ${before}_pixel(x, y);
}`;
