import type { PixelFormat } from '@framerail/media-types';
import fc from 'fast-check';
import type { FrameRecipe, PlanRecipe, WayRecipe } from '../src/contract/plan-recipe.js';
import { ALL_FORMATS, OPERATION_KINDS, STEP_KINDS } from '../src/contract/random-recipe.js';

const seed = fc.nat({ max: 2 ** 31 - 1 });

const frameRecipe = (formats: readonly PixelFormat[]): fc.Arbitrary<FrameRecipe> =>
  fc.record({
    format: fc.constantFrom(...formats),
    matrix: fc.constantFrom('bt709', 'smpte170m', 'bt470bg', 'bt2020-ncl'),
    fullRange: fc.boolean(),
    chromaLocation: fc.constantFrom('left', 'center', 'topleft'),
    gaps: fc.constantFrom('none', 'any'),
  });

const stepsOf = <Kind extends string>(kinds: readonly Kind[]) =>
  fc.array(fc.record({ kind: fc.constantFrom(...kinds), seed }), { maxLength: 4 });

const way: fc.Arbitrary<WayRecipe> = fc.oneof(
  fc.record({
    by: fc.constant('steps' as const),
    depth: fc.constantFrom<'natural' | 8 | 16>('natural', 8, 16),
    steps: stepsOf(STEP_KINDS),
  }),
  fc.record({ by: fc.constant('operations' as const), steps: stepsOf(OPERATION_KINDS) }),
  fc.record({ by: fc.constant('planes' as const), seed }),
);

/** Recipes for plans, which fast-check makes smaller as it sees fit. */
export function planRecipe(limits: {
  readonly maxSide: number;
  readonly from?: readonly PixelFormat[];
  readonly to?: readonly PixelFormat[];
}): fc.Arbitrary<PlanRecipe> {
  const { maxSide, from = ALL_FORMATS, to = ALL_FORMATS } = limits;
  const side = fc.integer({ min: 1, max: maxSide });
  return fc
    .record({
      source: frameRecipe(from),
      target: frameRecipe(to),
      isOneMatrix: fc.boolean(),
      width: side,
      height: side,
      maxSide: side,
      way,
      upsampling: fc.constantFrom('nearest', 'bilinear'),
      dither: fc.constantFrom('none', 'ordered'),
      content: fc.constantFrom('grey', 'random', 'extreme'),
      seed,
    })
    .map(({ isOneMatrix, ...recipe }) =>
      isOneMatrix ? { ...recipe, target: { ...recipe.target, matrix: recipe.source.matrix } } : recipe,
    );
}
