import type { Operation, Picture } from '../operations/operation.js';
import type { StepRecipe } from './plan-recipe.js';
import { type Generator, generator } from './random-numbers.js';
import { picture, type StepFrame } from './recipe-steps.js';

/** Makes a user's operation of a recipe. */
export function recipeOperation(
  { kind, seed }: StepRecipe<Operation['type']>,
  frame: Omit<StepFrame, 'depth'>,
): Operation {
  const random = generator(`${kind} ${seed}`);
  const side = (): number => random.between(1, frame.maxSide);
  const share = (): number => random.pick([0, 1, 0.5, random.below(1001) / 1000]);
  const within = (least: number, most: number): number =>
    least + (random.below(1001) / 1000) * (most - least);
  const filter = random.pick(['bilinear', 'bicubic', 'lanczos3', 'area'] as const);
  const fill = [share(), share(), share(), share()] as const;
  switch (kind) {
    case 'scale':
    case 'letterbox': {
      const linearLight = random.below(4) === 0;
      return { type: kind, width: side(), height: side(), filter, linearLight };
    }
    case 'crop': {
      const [x, y] = [random.below(frame.width), random.below(frame.height)];
      const width = random.between(1, frame.width - x);
      return { type: 'crop', x, y, width, height: random.between(1, frame.height - y) };
    }
    case 'pad': {
      const border = (): number => random.below(12);
      return { type: 'pad', left: border(), top: border(), right: border(), bottom: border(), fill };
    }
    case 'flip':
      return { type: 'flip', axis: random.pick(['horizontal', 'vertical']) };
    case 'rotate':
      return { type: 'rotate', degrees: random.pick([0, 90, 180, 270]) };
    case 'solid':
      return { type: 'solid', fill };
    case 'color':
      return {
        type: 'color',
        exposure: random.pick([0, within(-3, 3)]),
        gamma: random.pick([1, within(0.4, 2.5)]),
        hue: random.pick([0, within(-180, 180)]),
        saturation: within(0, 4),
        contrast: within(0, 4),
        brightness: within(-1, 1),
      };
    case 'matrix':
      return {
        type: 'matrix',
        coefficients: Array.from({ length: 12 }, (_, index) =>
          index % 4 === 3 ? within(-1, 1) : within(-2, 2),
        ),
      };
    case 'lut3d': {
      const dimensions = random.pick([1, 3] as const);
      const size = random.pick([2, 3, 5]);
      const nodes = dimensions === 1 ? size : size ** 3;
      const entries = Float64Array.from({ length: 3 * nodes }, () => share());
      const [domainMin, domainMax] = random.pick([
        [
          [0, 0, 0],
          [1, 1, 1],
        ],
        [
          [-0.25, 0, 0.1],
          [1.5, 0.9, 1],
        ],
      ] as const);
      return { type: 'lut3d', lut: { title: '', dimensions, size, entries, domainMin, domainMax } };
    }
    case 'overlay':
      return { type: 'overlay', ...overlay(random, frame, side), opacity: share() };
    case 'fade':
      return { type: 'fade', amount: share(), color: [share(), share(), share()] };
    case 'dissolve':
      return { type: 'dissolve', other: picture(random, frame.width, frame.height), amount: share() };
    case 'wipe':
      return {
        type: 'wipe',
        other: picture(random, frame.width, frame.height),
        amount: share(),
        direction: random.pick(['left', 'right', 'up', 'down']),
        softness: share(),
      };
  }
}

function overlay(random: Generator, frame: { width: number; height: number }, side: () => number) {
  const image: Picture = picture(random, side(), side());
  return {
    image,
    x: random.between(-image.width, frame.width),
    y: random.between(-image.height, frame.height),
    premultiplied: random.below(2) === 0,
    blend: random.pick(['normal', 'multiply', 'screen', 'overlay', 'softLight', 'colorBurn'] as const),
  };
}

/** The size after an operation. */
export function afterOperation<Size extends { readonly width: number; readonly height: number }>(
  size: Size,
  operation: Operation,
): Size {
  const { width, height } = size;
  switch (operation.type) {
    case 'scale':
    case 'letterbox':
    case 'crop':
      return { ...size, width: operation.width, height: operation.height };
    case 'pad': {
      const { left = 0, top = 0, right = 0, bottom = 0 } = operation;
      return { ...size, width: width + left + right, height: height + top + bottom };
    }
    case 'rotate':
      return operation.degrees % 180 === 0 ? size : { ...size, width: height, height: width };
    default:
      return size;
  }
}
