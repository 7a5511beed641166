import { expectInteger, expectOneOf, FramerailError, invalidArgument } from '@framerail/lifecycle';
import { MAX_FRAME_SIDE } from '@framerail/media-types';
import { isHdr, transferCurve } from '../color/transfer-curves.js';
import { boundedMemo } from './bounded-memo.js';
import type { Chain } from './chain.js';
import { sameCurves } from './curve-tables.js';
import { lowerPad } from './lower-geometry.js';
import type { LetterboxOperation, ScaleFilter, ScaleOperation } from './operation.js';
import type { Size } from './place.js';
import type { PreparedCurves, PreparedResample, Taps } from './prepared-operation.js';
import { makeTaps } from './taps.js';

const FILTERS: readonly ScaleFilter[] = ['bilinear', 'bicubic', 'lanczos3', 'area'];

/** A scale that has been checked. */
export interface CheckedScale extends Size {
  readonly filter: ScaleFilter;
  readonly linearLight: boolean;
}

/**
 * Takes a size and how to come to it.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkScale(name: string, operation: ScaleOperation | LetterboxOperation): CheckedScale {
  const { width, height, filter = 'bilinear', linearLight = false } = operation;
  if (typeof linearLight !== 'boolean')
    throw invalidArgument(`${name}.linearLight`, 'a boolean', linearLight);
  return {
    width: expectInteger(`${name}.width`, width, { min: 1, max: MAX_FRAME_SIDE }),
    height: expectInteger(`${name}.height`, height, { min: 1, max: MAX_FRAME_SIDE }),
    filter: expectOneOf(`${name}.filter`, filter, FILTERS),
    linearLight,
  };
}

/** Adds a scale. */
export function lowerScale(name: string, operation: ScaleOperation, chain: Chain): void {
  addScale(name, checkScale(name, operation), chain);
}

/** Adds a scale that keeps proportions, and what fills the rest. */
export function lowerLetterbox(name: string, operation: LetterboxOperation, chain: Chain): void {
  const box = checkScale(name, operation);
  const inner = fitInside(chain, box);
  addScale(name, { ...box, ...inner }, chain);
  const { fill } = operation;
  const left = (box.width - inner.width) >> 1;
  const top = (box.height - inner.height) >> 1;
  const border = {
    left,
    top,
    right: box.width - inner.width - left,
    bottom: box.height - inner.height - top,
  };
  lowerPad(name, { type: 'pad', ...border, ...(fill === undefined ? {} : { fill }) }, chain);
}

/** The largest size of a frame's proportions that fits into a box: one side the box's, the other rounded half up, 1 at least. */
export function fitInside(frame: Size, box: Size): Size {
  const side = (own: number, other: number, scaled: number): number =>
    Math.max(1, Math.floor((2 * own * scaled + other) / (2 * other)));
  return frame.width * box.height >= box.width * frame.height
    ? { width: box.width, height: side(frame.height, frame.width, box.width) }
    : { width: side(frame.width, frame.height, box.height), height: box.height };
}

function addScale(name: string, { width, height, filter, linearLight }: CheckedScale, chain: Chain): void {
  const { transfer } = chain.color;
  if (linearLight && isHdr(transfer)) {
    throw new FramerailError({
      code: 'E_UNSUPPORTED_COLOR',
      message: `Expected an SDR frame for ${name}.linearLight but received ${transfer}, whose light 16 bits can't hold; scale codes, or map it to SDR before`,
      details: { name, transfer },
    });
  }
  if (width === chain.width && height === chain.height) return;
  if (linearLight && transfer !== 'linear') {
    const { toLight, toCode } = transferCurve(transfer);
    const { depth } = chain;
    chain.push(lightCurves(`${transfer} ${depth} to light`, () => sameCurves(toLight, depth, 16)));
    chain.push(resample(chain, { width, height }, filter));
    chain.push(lightCurves(`${transfer} light to ${depth}`, () => sameCurves(toCode, 16, depth)));
    return;
  }
  const shrinksFar = chain.width > 2 * width || chain.height > 2 * height;
  if (filter === 'bilinear' && chain.depth === 8 && !shrinksFar) chain.push({ type: 'scale', width, height });
  else chain.push(resample(chain, { width, height }, filter));
}

function resample(source: Size, target: Size, filter: ScaleFilter): PreparedResample {
  return {
    type: 'resample',
    width: target.width,
    height: target.height,
    horizontal: axisTaps(source.width, target.width, filter),
    vertical: axisTaps(source.height, target.height, filter),
  };
}

// Videos are planned again when amounts change: what depends on sizes alone was made before.
const knownTaps = boundedMemo<Taps>(16);
const lightCurves = boundedMemo<PreparedCurves>(8);

function axisTaps(sourceSize: number, targetSize: number, filter: ScaleFilter): Taps | undefined {
  if (sourceSize === targetSize) return undefined;
  const ratio = sourceSize / targetSize;
  const position = (index: number): number => (index + 0.5) * ratio - 0.5;
  return knownTaps([sourceSize, targetSize, filter].join(), () =>
    makeTaps({ sourceSize, targetSize, ratio, position, filter }),
  );
}
