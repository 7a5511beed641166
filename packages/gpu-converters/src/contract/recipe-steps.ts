import {
  BLEND_MODES,
  type PreparedOperation,
  type PreparedPicture,
  type WorkDepth,
} from '../operations/prepared-operation.js';
import type { StepRecipe } from './plan-recipe.js';
import { type Generator, generator } from './random-numbers.js';
import { recipeTaps } from './recipe-taps.js';

/** What a step finds. */
export interface StepFrame {
  readonly width: number;
  readonly height: number;
  readonly depth: WorkDepth;
  /** Longest side that it may make. */
  readonly maxSide: number;
}

/** Makes a step of a recipe: often one that a user's operations give, at times as extreme as the port allows. */
export function recipeStep(
  { kind, seed }: StepRecipe<PreparedOperation['type']>,
  frame: StepFrame,
): PreparedOperation {
  const random = generator(`${kind} ${seed}`);
  const side = (): number => random.between(1, frame.maxSide);
  switch (kind) {
    case 'scale':
      // Only bytes have this one.
      if (frame.depth === 16) return resample(random, frame, side);
      return { type: 'scale', width: side(), height: side() };
    case 'resample':
      return resample(random, frame, side);
    case 'place':
      return place(random, frame, side);
    case 'colorMatrix':
      return { type: 'colorMatrix', coefficients: matrix(random) };
    case 'curves':
      return curves(random, frame.depth, random.pick([8, 16]));
    case 'lut3d': {
      const size = random.pick([2, 3, 5, 33, random.between(2, 17)]);
      return { type: 'lut3d', size, entries: levels(random, 3 * size ** 3, 65_535) };
    }
    case 'overlay':
      return overlay(random, frame, side);
    case 'mix': {
      const along = random.pick(['x', 'y'] as const);
      const length = along === 'x' ? frame.width : frame.height;
      const weights = Uint16Array.from({ length }, () => random.pick([0, 256, 128, random.below(257)]));
      return { type: 'mix', image: picture(random, frame.width, frame.height), along, weights };
    }
  }
}

/** The frame after a step. */
export function afterStep(frame: StepFrame, step: PreparedOperation): StepFrame {
  switch (step.type) {
    case 'scale':
    case 'resample':
    case 'place':
      return { ...frame, width: step.width, height: step.height };
    case 'curves':
      return { ...frame, depth: step.to };
    default:
      return frame;
  }
}

/** Tables for R, G and B: three, or one and the same; smooth, reversed or any. */
export function curves(random: Generator, from: WorkDepth, to: WorkDepth): PreparedOperation {
  const [entries, largest] = [2 ** from, 2 ** to - 1];
  const table = (): Uint16Array => {
    const power = random.pick([1, 2.4, 1 / 2.4]);
    const straight = (index: number): number =>
      Math.round((((index / (entries - 1)) ** power) as number) * largest);
    switch (random.below(3)) {
      case 0:
        return Uint16Array.from({ length: entries }, (_, index) => straight(index));
      case 1:
        return Uint16Array.from({ length: entries }, (_, index) => straight(entries - 1 - index));
      default:
        return levels(random, entries, largest);
    }
  };
  const first = table();
  const tables =
    random.below(2) === 0 ? ([first, first, first] as const) : ([first, table(), table()] as const);
  return { type: 'curves', from, to, tables };
}

function resample(random: Generator, { width, height }: StepFrame, side: () => number): PreparedOperation {
  const axes = random.pick(['both', 'both', 'across', 'down', 'neither']);
  const [isAcross, isDown] = [axes === 'both' || axes === 'across', axes === 'both' || axes === 'down'];
  const size = { width: isAcross ? side() : width, height: isDown ? side() : height };
  return {
    type: 'resample',
    ...size,
    horizontal: isAcross ? recipeTaps(random, width, size.width) : undefined,
    vertical: isDown ? recipeTaps(random, height, size.height) : undefined,
  };
}

function place(random: Generator, frame: StepFrame, side: () => number): PreparedOperation {
  const largest = frame.depth === 8 ? 255 : 65_535;
  const transpose = random.below(3) === 0;
  const [turnedWidth, turnedHeight] = transpose ? [frame.height, frame.width] : [frame.width, frame.height];
  const isWhole = random.below(3) === 0;
  const [width, height] = isWhole ? [turnedWidth, turnedHeight] : [side(), side()];
  const at = (turned: number, size: number): number => (isWhole ? 0 : random.between(-turned, size));
  return {
    type: 'place',
    width,
    height,
    x: at(turnedWidth, width),
    y: at(turnedHeight, height),
    transpose,
    flipX: random.below(2) === 0,
    flipY: random.below(2) === 0,
    fill: [...random.triple(largest + 1), random.pick([0, largest, random.below(largest)])],
  };
}

function overlay(random: Generator, frame: StepFrame, side: () => number): PreparedOperation {
  const image = picture(random, side(), side());
  const mode = random.pick(['normal', ...BLEND_MODES] as const);
  return {
    type: 'overlay',
    image,
    x: random.between(-image.width, frame.width),
    y: random.between(-image.height, frame.height),
    opacity: random.pick([255, 128, 1, random.below(256)]),
    premultiplied: mode === 'normal' && random.below(2) === 0,
    mode,
  };
}

/** Bytes at random, half of them extreme; colours of a premultiplied one may be larger than its alpha. */
export function picture(random: Generator, width: number, height: number): PreparedPicture {
  const data = new Uint8Array(width * height * 4);
  if (random.below(2) === 0) random.fill(data);
  else for (let at = 0; at < data.length; at += 1) data[at] = random.pick([0, 255, 128, 1, 254]);
  return { data, width, height };
}

/** Mostly tame, at times as large as allowed. */
function matrix(random: Generator): Int32Array {
  const [coefficient, offset] = random.below(4) === 0 ? [32_767, 2 ** 22] : [6000, 200_000];
  const pick = (limit: number): number =>
    random.pick([0, limit, -limit, random.between(-limit, limit), random.between(0, limit)]);
  return Int32Array.from({ length: 12 }, (_, index) => pick(index % 4 === 3 ? offset : coefficient));
}

function levels(random: Generator, length: number, largest: number): Uint16Array {
  const isExtreme = random.below(3) === 0;
  return Uint16Array.from({ length }, () =>
    isExtreme ? random.pick([0, largest]) : random.below(largest + 1),
  );
}
