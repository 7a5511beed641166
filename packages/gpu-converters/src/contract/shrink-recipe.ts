import type { FrameRecipe, PlanRecipe } from './plan-recipe.js';

/** The most recipes that are tried while one is made simpler: each may compile shaders. */
const MAX_TRIES = 150;

/**
 * Makes a recipe that fails simpler as long as it fails: fewer steps, smaller sizes, no gaps, the plainest colours.
 *
 * @param fails - runs a recipe; gives what went wrong, or `undefined` when nothing did
 * @returns the simplest recipe found and what it fails with
 */
export async function shrinkRecipe(
  recipe: PlanRecipe,
  failure: Error,
  fails: (recipe: PlanRecipe) => Promise<Error | undefined>,
): Promise<{ readonly recipe: PlanRecipe; readonly failure: Error }> {
  let best = { recipe, failure };
  let tries = 0;
  search: for (;;) {
    for (const simpler of simplerRecipes(best.recipe)) {
      if (tries >= MAX_TRIES) return best;
      tries += 1;
      const own = await fails(simpler);
      if (own === undefined) continue;
      best = { recipe: simpler, failure: own };
      continue search;
    }
    return best;
  }
}

/** Recipes that are a little simpler, those that take most away first. */
function* simplerRecipes(recipe: PlanRecipe): Generator<PlanRecipe, void> {
  const { way, width, height, maxSide } = recipe;
  if (way.by !== 'planes') {
    for (const index of way.steps.keys())
      yield { ...recipe, way: { ...way, steps: way.steps.toSpliced(index, 1) } as PlanRecipe['way'] };
  }
  for (const size of smaller(width)) yield { ...recipe, width: size };
  for (const size of smaller(height)) yield { ...recipe, height: size };
  for (const size of smaller(maxSide)) yield { ...recipe, maxSide: size };
  for (const side of ['source', 'target'] as const) {
    for (const simpler of simplerFrames(recipe[side])) yield { ...recipe, [side]: simpler };
  }
  if (recipe.dither !== 'none') yield { ...recipe, dither: 'none' };
  if (recipe.upsampling !== 'nearest') yield { ...recipe, upsampling: 'nearest' };
  if (recipe.content !== 'grey') yield { ...recipe, content: 'grey' };
  if (recipe.content === 'extreme') yield { ...recipe, content: 'random' };
}

function smaller(size: number): readonly number[] {
  return [...new Set([1, size >> 2, size >> 1, size - 1])].filter((one) => one >= 1 && one < size);
}

function* simplerFrames(frame: FrameRecipe): Generator<FrameRecipe, void> {
  if (frame.gaps !== 'none') yield { ...frame, gaps: 'none' };
  if (frame.matrix !== 'bt709') yield { ...frame, matrix: 'bt709' };
  if (frame.fullRange) yield { ...frame, fullRange: false };
  if (frame.chromaLocation !== 'left') yield { ...frame, chromaLocation: 'left' };
}
