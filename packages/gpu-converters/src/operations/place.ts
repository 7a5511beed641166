import type { PreparedPlace } from './prepared-operation.js';

/** Columns and rows. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What `place` allows for where the picture begins. */
const FARTHEST = 131_070;

/** Output to source: `sx = xSign · (transpose ? y : x) + xOffset`, `sy = ySign · (transpose ? x : y) + yOffset`. */
interface Affine {
  readonly transpose: boolean;
  readonly xSign: 1 | -1;
  readonly xOffset: number;
  readonly ySign: 1 | -1;
  readonly yOffset: number;
}

/** Columns `x0` to `x1` and rows `y0` to `y1`, the ends included. */
interface Box {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** Whether a step leaves every pixel where it is. */
export function isIdentityPlace(place: PreparedPlace, source: Size): boolean {
  const { width, height, x, y, transpose, flipX, flipY } = place;
  return (
    !transpose && !flipX && !flipY && x === 0 && y === 0 && width === source.width && height === source.height
  );
}

/**
 * One step for two, if there is one that gives the same pixels.
 *
 * @param source - size before both
 */
export function mergePlaces(
  first: PreparedPlace,
  second: PreparedPlace,
  source: Size,
): PreparedPlace | undefined {
  const [before, after] = [affineOf(first, source), affineOf(second, first)];
  // All in the coordinates between the two: what the result looks at, what there is, and where the source lies.
  const looked = boxThrough(after, boxOf(second));
  const there = boxOf(first);
  const picture = boxThrough(inverse(before), boxOf(source));
  const seen = meet(looked, picture);
  if (seen !== undefined && !isInside(seen, there)) return undefined;
  const usesSecond = !isInside(looked, there);
  const inside = meet(looked, there);
  const usesFirst = inside !== undefined && !isInside(inside, picture);
  if (usesFirst && usesSecond && !first.fill.every((value, index) => value === second.fill[index]))
    return undefined;
  const merged = placeOf(compose(before, after), source);
  if (Math.max(Math.abs(merged.x), Math.abs(merged.y)) > FARTHEST) return undefined;
  return {
    type: 'place',
    width: second.width,
    height: second.height,
    ...merged,
    fill: usesSecond ? second.fill : first.fill,
  };
}

function affineOf({ x, y, transpose, flipX, flipY }: PreparedPlace, source: Size): Affine {
  const [alongX, alongY] = transpose ? [y, x] : [x, y];
  return {
    transpose,
    xSign: flipX ? -1 : 1,
    xOffset: flipX ? source.width - 1 + alongX : -alongX,
    ySign: flipY ? -1 : 1,
    yOffset: flipY ? source.height - 1 + alongY : -alongY,
  };
}

function placeOf({ transpose, xSign, xOffset, ySign, yOffset }: Affine, source: Size) {
  const alongX = xSign < 0 ? xOffset - (source.width - 1) : -xOffset;
  const alongY = ySign < 0 ? yOffset - (source.height - 1) : -yOffset;
  // Adding 0 makes a 0 of -0.
  const [x, y] = transpose ? [alongY + 0, alongX + 0] : [alongX + 0, alongY + 0];
  return { x, y, transpose, flipX: xSign < 0, flipY: ySign < 0 };
}

/** First `after`, then `before`: from the result's coordinates by way of those between to the source's. */
function compose(before: Affine, after: Affine): Affine {
  const [xSign, xOffset] = before.transpose ? [after.ySign, after.yOffset] : [after.xSign, after.xOffset];
  const [ySign, yOffset] = before.transpose ? [after.xSign, after.xOffset] : [after.ySign, after.yOffset];
  return {
    transpose: before.transpose !== after.transpose,
    xSign: before.xSign === xSign ? 1 : -1,
    xOffset: before.xSign * xOffset + before.xOffset,
    ySign: before.ySign === ySign ? 1 : -1,
    yOffset: before.ySign * yOffset + before.yOffset,
  };
}

function inverse({ transpose, xSign, xOffset, ySign, yOffset }: Affine): Affine {
  const [x, y] = [
    { sign: xSign, offset: -xSign * xOffset },
    { sign: ySign, offset: -ySign * yOffset },
  ];
  const [alongX, alongY] = transpose ? [y, x] : [x, y];
  return {
    transpose,
    xSign: alongX.sign,
    xOffset: alongX.offset,
    ySign: alongY.sign,
    yOffset: alongY.offset,
  };
}

const boxOf = ({ width, height }: Size): Box => ({ x0: 0, x1: width - 1, y0: 0, y1: height - 1 });

function boxThrough({ transpose, xSign, xOffset, ySign, yOffset }: Affine, box: Box): Box {
  const [xs, ys] = transpose
    ? [
        [box.y0, box.y1],
        [box.x0, box.x1],
      ]
    : [
        [box.x0, box.x1],
        [box.y0, box.y1],
      ];
  const [xa, xb] = xs.map((x) => xSign * x + xOffset) as [number, number];
  const [ya, yb] = ys.map((y) => ySign * y + yOffset) as [number, number];
  return { x0: Math.min(xa, xb), x1: Math.max(xa, xb), y0: Math.min(ya, yb), y1: Math.max(ya, yb) };
}

function meet(a: Box, b: Box): Box | undefined {
  const box = {
    x0: Math.max(a.x0, b.x0),
    x1: Math.min(a.x1, b.x1),
    y0: Math.max(a.y0, b.y0),
    y1: Math.min(a.y1, b.y1),
  };
  return box.x0 <= box.x1 && box.y0 <= box.y1 ? box : undefined;
}

function isInside(inner: Box, outer: Box): boolean {
  return inner.x0 >= outer.x0 && inner.x1 <= outer.x1 && inner.y0 >= outer.y0 && inner.y1 <= outer.y1;
}
