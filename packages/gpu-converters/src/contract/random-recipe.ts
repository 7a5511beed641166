import { PIXEL_FORMATS, type PixelFormat } from '@framerail/media-types';
import type { FrameRecipe, PlanRecipe, StepRecipe, WayRecipe } from './plan-recipe.js';
import type { Generator } from './random-numbers.js';

/** What a random recipe may be. */
export interface RandomRecipeLimits {
  /** Longest side of a frame in pixels. */
  readonly maxSide: number;
  /** Most steps. */
  readonly maxSteps: number;
  /** Only these formats. */
  readonly source?: PixelFormat;
  /** Only these formats. */
  readonly target?: PixelFormat;
}

/** All pixel formats. */
export const ALL_FORMATS = Object.keys(PIXEL_FORMATS) as readonly PixelFormat[];

/** All kinds of prepared steps. */
export const STEP_KINDS = [
  'scale',
  'resample',
  'place',
  'colorMatrix',
  'curves',
  'lut3d',
  'overlay',
  'mix',
] as const;

/** All kinds of operations. */
export const OPERATION_KINDS = [
  'scale',
  'crop',
  'pad',
  'flip',
  'rotate',
  'letterbox',
  'solid',
  'color',
  'matrix',
  'lut3d',
  'overlay',
  'fade',
  'dissolve',
  'wipe',
] as const;

/** A recipe of any formats, sizes, paddings, colours and steps. */
export function randomRecipe(random: Generator, limits: RandomRecipeLimits): PlanRecipe {
  const { maxSide } = limits;
  const side = (): number => (random.below(4) === 0 ? random.between(1, 4) : random.between(1, maxSide));
  const source = randomFrame(random, limits.source ?? random.pick(ALL_FORMATS));
  const own = randomFrame(random, limits.target ?? random.pick(ALL_FORMATS));
  // Frames of one matrix go another way, so they are frequent.
  const { format, gaps } = own;
  const target = random.below(3) === 0 ? { ...source, format, gaps } : own;
  return {
    source,
    target,
    width: side(),
    height: side(),
    maxSide,
    way: randomWay(random, limits.maxSteps),
    upsampling: random.pick(['bilinear', 'bilinear', 'nearest']),
    dither: random.pick(['none', 'ordered']),
    content: random.pick(['random', 'extreme']),
    seed: random.below(2 ** 31),
  };
}

function randomFrame(random: Generator, format: PixelFormat): FrameRecipe {
  return {
    format,
    matrix: random.pick(['bt709', 'smpte170m', 'bt470bg', 'bt2020-ncl']),
    fullRange: random.below(2) === 0,
    chromaLocation: random.pick(['left', 'center', 'topleft']),
    gaps: random.pick(['none', 'any']),
  };
}

function randomWay(random: Generator, maxSteps: number): WayRecipe {
  const count = random.below(maxSteps + 1);
  const steps = <Kind extends string>(kinds: readonly Kind[]): StepRecipe<Kind>[] =>
    Array.from({ length: count }, () => ({ kind: random.pick(kinds), seed: random.below(2 ** 31) }));
  switch (random.below(8)) {
    case 0:
      return { by: 'planes', seed: random.below(2 ** 31) };
    case 1:
    case 2:
    case 3:
      return { by: 'operations', steps: steps(OPERATION_KINDS) };
    default:
      return { by: 'steps', depth: random.pick([8, 16, 'natural']), steps: steps(STEP_KINDS) };
  }
}
