import { expectInteger, expectOneOf, invalidArgument } from '@framerail/lifecycle';
import { MAX_FRAME_SIDE } from '@framerail/media-types';
import type { Chain } from './chain.js';
import { channelValue } from './curve-tables.js';
import type {
  CropOperation,
  FillColor,
  FlipOperation,
  PadOperation,
  RotateOperation,
  SolidOperation,
} from './operation.js';
import { checkFill } from './pictures.js';
import type { Size } from './place.js';
import type { PreparedPlace, WorkDepth } from './prepared-operation.js';

/** Black, opaque. */
const BLACK: FillColor = [0, 0, 0, 1];

/**
 * Takes a part of a frame.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` unless all of it lies inside
 */
export function checkCrop(name: string, { x, y, width, height }: CropOperation, frame: Size) {
  const left = expectInteger(`${name}.x`, x, { min: 0, max: frame.width - 1 });
  const top = expectInteger(`${name}.y`, y, { min: 0, max: frame.height - 1 });
  return {
    x: left,
    y: top,
    width: expectInteger(`${name}.width`, width, { min: 1, max: frame.width - left }),
    height: expectInteger(`${name}.height`, height, { min: 1, max: frame.height - top }),
  };
}

/** Adds a crop. */
export function lowerCrop(name: string, operation: CropOperation, chain: Chain): void {
  const { x, y, width, height } = checkCrop(name, operation, chain);
  chain.push({ ...place(chain, BLACK), width, height, x: -x + 0, y: -y + 0 });
}

/** Adds a border. */
export function lowerPad(name: string, operation: PadOperation, chain: Chain): void {
  const { left = 0, top = 0, right = 0, bottom = 0, fill = BLACK } = operation;
  const along = (size: number, sides: readonly (readonly [string, number])[]): number => {
    const all = sides.map(([side, value]) =>
      expectInteger(`${name}.${side}`, value, { min: 0, max: MAX_FRAME_SIDE }),
    );
    const sum = all.reduce((total, one) => total + one, size);
    if (sum <= MAX_FRAME_SIDE) return sum;
    const sidesNamed = sides.map(([side]) => side).join(' and ');
    throw invalidArgument(`${name}`, `${sidesNamed} that leave at most ${MAX_FRAME_SIDE} pixels`, sum);
  };
  const width = along(chain.width, [
    ['left', left],
    ['right', right],
  ]);
  const height = along(chain.height, [
    ['top', top],
    ['bottom', bottom],
  ]);
  chain.push({ ...place(chain, checkFill(`${name}.fill`, fill)), width, height, x: left, y: top });
}

/** Adds a mirror. */
export function lowerFlip(name: string, { axis }: FlipOperation, chain: Chain): void {
  expectOneOf(`${name}.axis`, axis, ['horizontal', 'vertical']);
  chain.push({ ...place(chain, BLACK), flipX: axis === 'horizontal', flipY: axis === 'vertical' });
}

/** Adds a turn. */
export function lowerRotate(name: string, { degrees }: RotateOperation, chain: Chain): void {
  if (![0, 90, 180, 270].includes(degrees))
    throw invalidArgument(`${name}.degrees`, '0, 90, 180 or 270', degrees);
  const { width, height } = chain;
  const isQuarter = degrees === 90 || degrees === 270;
  chain.push({
    ...place(chain, BLACK),
    ...(isQuarter ? { width: height, height: width } : {}),
    transpose: isQuarter,
    // A quarter clockwise: the first column of the result is the last row of the source.
    flipX: degrees === 180 || degrees === 270,
    flipY: degrees === 180 || degrees === 90,
  });
}

/** Replaces all pixels, so that what came before need not be done. */
export function lowerSolid(name: string, { fill }: SolidOperation, chain: Chain): void {
  const color = checkFill(`${name}.fill`, fill);
  const { width, height } = chain;
  // A picture that begins beyond the last column isn't seen.
  chain.replacePixels((depth) => ({ ...place({ width, height, depth }, color), x: width }));
}

/** A step that changes nothing yet. */
function place(frame: Size & { readonly depth: WorkDepth }, fill: FillColor): PreparedPlace {
  const [r, g, b, a = 1] = fill;
  const value = (share: number): number => channelValue(share, frame.depth);
  return {
    type: 'place',
    width: frame.width,
    height: frame.height,
    x: 0,
    y: 0,
    transpose: false,
    flipX: false,
    flipY: false,
    fill: [value(r), value(g), value(b), value(a)],
  };
}
