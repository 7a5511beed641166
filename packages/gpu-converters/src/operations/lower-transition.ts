import { expectNumber, expectOneOf, invalidArgument } from '@framerail/lifecycle';
import type { Chain } from './chain.js';
import type { DissolveOperation, OtherFrame, Picture, WipeOperation } from './operation.js';
import { checkPicture } from './pictures.js';
import type { Size } from './place.js';
import type { PreparedPicture } from './prepared-operation.js';

/** The weight of the other picture alone. */
const ALL = 256;

/** Adds a mix that is the same everywhere. */
export function lowerDissolve(name: string, operation: DissolveOperation, chain: Chain): void {
  const image = checkOther(`${name}.other`, operation.other, chain);
  const amount = expectNumber(`${name}.amount`, operation.amount, { min: 0, max: 1 });
  const weight = Math.floor(amount * ALL + 0.5);
  if (weight === 0) return;
  chain.push({ type: 'mix', image, along: 'x', weights: new Uint16Array(chain.width).fill(weight) });
}

/** Adds a mix with an edge that moves. */
export function lowerWipe(name: string, operation: WipeOperation, chain: Chain): void {
  const image = checkOther(`${name}.other`, operation.other, chain);
  const amount = expectNumber(`${name}.amount`, operation.amount, { min: 0, max: 1 });
  const softness = expectNumber(`${name}.softness`, operation.softness ?? 0, { min: 0, max: 1 });
  const directions = ['left', 'right', 'up', 'down'] as const;
  const direction = expectOneOf(`${name}.direction`, operation.direction, directions);
  const along = direction === 'left' || direction === 'right' ? 'x' : 'y';
  const weights = wipeWeights(along === 'x' ? chain.width : chain.height, amount, softness);
  if (direction === 'left' || direction === 'up') weights.reverse();
  if (weights.every((weight) => weight === 0)) return;
  chain.push({ type: 'mix', image, along, weights });
}

/**
 * Weights of the other picture for an edge that goes from before the first position to behind the last. A soft edge is a
 * ramp of `softness · size` positions behind the edge; a hard one has all of a position whose middle it has passed.
 */
function wipeWeights(size: number, amount: number, softness: number): Uint16Array {
  const ramp = softness * size;
  const edge = amount * (size + ramp);
  return Uint16Array.from({ length: size }, (_, index) => {
    const passed = edge - (index + 0.5);
    if (passed >= ramp) return passed > 0 ? ALL : 0;
    return passed <= 0 ? 0 : Math.floor((passed / ramp) * ALL + 0.5);
  });
}

function checkOther(name: string, other: OtherFrame, frame: Size): PreparedPicture {
  const picture = checkPicture(name, other as Picture);
  if (picture.width !== frame.width || picture.height !== frame.height) {
    const expected = `a picture of the frame's size here, ${frame.width}×${frame.height},`;
    throw invalidArgument(name, expected, `${picture.width}×${picture.height}`);
  }
  return picture;
}
