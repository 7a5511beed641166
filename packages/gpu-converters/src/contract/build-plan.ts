import { type FrameFormat, PIXEL_FORMATS, type RawFrame } from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import type { Operation } from '../operations/operation.js';
import type { PreparedOperation, WorkDepth } from '../operations/prepared-operation.js';
import { planConversion } from '../plan/plan-conversion.js';
import { keepsComponents, naturalDepth, planPixels, planPlanes, planWork } from '../plan/plan-work.js';
import type { FrameRecipe, PlanRecipe } from './plan-recipe.js';
import { generator } from './random-numbers.js';
import { recipeFormat, recipeFrame } from './recipe-frames.js';
import { afterOperation, recipeOperation } from './recipe-operations.js';
import { afterStep, curves, recipeStep, type StepFrame } from './recipe-steps.js';

/** Makes the plan of a recipe; always the same one. */
export function buildPlan(recipe: PlanRecipe): BackendPlan {
  const { width, height, way } = recipe;
  const source = recipeFormat(generator(`${recipe.seed} source`), recipe.source, { width, height });
  const targetOf = (size: { readonly width: number; readonly height: number }, own = recipe.target) =>
    recipeFormat(generator(`${recipe.seed} target`), own, size);
  if (way.by === 'operations') return byOperations(recipe, way.steps, source, targetOf);
  if (way.by === 'planes' && areYcbcr(recipe.source, recipe.target))
    return byPlanes(recipe, way.seed, source, targetOf);
  return bySteps(recipe, source, targetOf);
}

/** Makes the frame that goes with it. */
export function buildFrame(recipe: PlanRecipe, { source }: BackendPlan): RawFrame {
  return recipeFrame(generator(`${recipe.seed} content`), source, recipe.content, 0);
}

type TargetOf = (size: { readonly width: number; readonly height: number }, own?: FrameRecipe) => FrameFormat;

function byOperations(
  { upsampling, dither, width, height, maxSide }: PlanRecipe,
  steps: Extract<PlanRecipe['way'], { by: 'operations' }>['steps'],
  source: FrameFormat,
  targetOf: TargetOf,
): BackendPlan {
  const operations: Operation[] = [];
  let size = { width, height, maxSide };
  for (const step of steps) {
    const operation = recipeOperation(step, size);
    operations.push(operation);
    size = afterOperation(size, operation);
  }
  return planConversion(source, targetOf(size), { operations, upsampling, dither });
}

function byPlanes(recipe: PlanRecipe, seed: number, source: FrameFormat, targetOf: TargetOf): BackendPlan {
  const random = generator(`planes ${seed}`);
  const { upsampling, dither, width, height, maxSide } = recipe;
  const [x, y] = [random.below(width), random.below(height)];
  const part = { x, y, width: random.between(1, width - x), height: random.between(1, height - y) };
  const side = (whole: number): number => (random.below(3) === 0 ? whole : random.between(1, maxSide));
  const size = { width: side(part.width), height: side(part.height) };
  const filter = random.pick(['bilinear', 'bicubic', 'lanczos3', 'area'] as const);
  const target = targetOf(size, { ...recipe.target, matrix: recipe.source.matrix });
  const work = planPlanes({ source, target, upsampling, dither }, { part, filter });
  return { source, target, operations: [], upsampling, work };
}

function bySteps(recipe: PlanRecipe, source: FrameFormat, targetOf: TargetOf): BackendPlan {
  const { upsampling, dither, way } = recipe;
  const options = { source, target: targetOf(source.layout), upsampling, dither };
  const steps = way.by === 'steps' ? way.steps : [];
  // Without steps the work is the planner's: components of one matrix stay apart, half floats are copied.
  if (steps.length === 0 && (way.by !== 'steps' || isPlannersOwn(recipe, options)))
    return { source, target: options.target, operations: [], upsampling, work: planWork(options, []) };
  const loadDepth = loadDepthOf(recipe, options);
  const operations: PreparedOperation[] = [];
  let frame: StepFrame = { ...source.layout, depth: loadDepth, maxSide: recipe.maxSide };
  for (const one of steps) {
    const step = recipeStep(one, frame);
    operations.push(step);
    frame = afterStep(frame, step);
  }
  if (recipe.target.format === 'RGBA16F' && frame.depth === 8) {
    const step = curves(generator(`${recipe.seed} last`), 8, 16);
    operations.push(step);
    frame = afterStep(frame, step);
  }
  const target = targetOf(frame);
  const work = planPixels({ ...options, target }, { loadDepth, storeDepth: frame.depth });
  return { source, target, operations, upsampling, work };
}

function isPlannersOwn({ source, target }: PlanRecipe, options: Parameters<typeof naturalDepth>[0]): boolean {
  const isCopy = source.format === 'RGBA16F' && target.format === 'RGBA16F';
  return isCopy || keepsComponents(options.source, options.target);
}

function loadDepthOf({ source, way }: PlanRecipe, options: Parameters<typeof naturalDepth>[0]): WorkDepth {
  if (source.format === 'RGBA16F') return 16;
  if (way.by !== 'steps' || way.depth === 'natural')
    return naturalDepth(options, way.by !== 'steps' || way.steps.length === 0);
  return way.depth;
}

function areYcbcr(...sides: readonly FrameRecipe[]): boolean {
  return sides.every(({ format }) => PIXEL_FORMATS[format].model === 'ycbcr');
}
