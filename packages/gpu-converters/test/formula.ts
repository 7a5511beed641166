// Conversions in double precision, straight from the formulas of DESIGN.md and the standards: nothing of this is
// shared with the package, and nothing is rounded before the end.
import type { ColorSpace, FrameFormat } from '@framerail/media-types';
import {
  bitsOf,
  CHROMA_STEPS,
  type Component,
  type Components,
  type Grid,
  grid,
  isRgb,
} from './formula-frames.js';

const WEIGHTS: Readonly<Record<string, readonly [kr: number, kb: number]>> = {
  bt709: [0.2126, 0.0722],
  smpte170m: [0.299, 0.114],
  bt470bg: [0.299, 0.114],
  'bt2020-ncl': [0.2627, 0.0593],
};

interface Codes {
  readonly black: number;
  readonly lumaSpan: number;
  readonly chromaSpan: number;
  readonly middle: number;
  readonly largest: number;
}

/** Codes of black, white and colours: BT.2100 table 9. */
export function codesOf(bits: number, fullRange: boolean): Codes {
  const unit = 2 ** (bits - 8);
  const largest = 256 * unit - 1;
  return fullRange
    ? { black: 0, lumaSpan: largest, chromaSpan: largest, middle: 128 * unit, largest }
    : { black: 16 * unit, lumaSpan: 219 * unit, chromaSpan: 224 * unit, middle: 128 * unit, largest };
}

type Axis = 'across' | 'down';

/** How far right of (or below) an even luma sample chroma lies, in luma samples. */
const offsetOf = (location: ColorSpace['chromaLocation'], axis: Axis): number => {
  if (axis === 'across') return location === 'center' ? 0.5 : 0;
  return location === 'topleft' ? 0 : 0.5;
};

type Samples = (index: number) => number;

/** One axis of a component from one subsampling and siting to another. */
function moveAxis(
  read: Samples,
  axis: Axis,
  from: { step: 1 | 2; location: ColorSpace['chromaLocation'] },
  to: { step: 1 | 2; location: ColorSpace['chromaLocation'] },
  upsampling: 'nearest' | 'bilinear',
): Samples {
  const [own, other] = [offsetOf(from.location, axis), offsetOf(to.location, axis)];
  if (from.step === 1 && to.step === 1) return read;
  if (from.step === 1) {
    return other === 0
      ? (index) => (read(2 * index - 1) + 2 * read(2 * index) + read(2 * index + 1)) / 4
      : (index) => (read(2 * index) + read(2 * index + 1)) / 2;
  }
  if (upsampling === 'nearest') return to.step === 1 ? (index) => read(Math.floor(index / 2)) : read;
  const position = (index: number): number => (to.step === 1 ? index - own : 2 * index + other - own) / 2;
  return (index) => {
    const at = Math.floor(position(index));
    const rest = position(index) - at;
    return (1 - rest) * read(at) + rest * read(at + 1);
  };
}

/** Subsampling and siting of a component. */
export interface Side {
  readonly steps: readonly [across: 1 | 2, down: 1 | 2];
  readonly location: ColorSpace['chromaLocation'];
}

/** A component at another subsampling and siting, the frame's size kept; exact, because all weights are quarters. */
export function moveGrid(
  source: Grid,
  from: Side,
  to: Side,
  size: { width: number; height: number },
  upsampling: 'nearest' | 'bilinear',
): Grid {
  const [fromAcross, fromDown] = from.steps;
  const [toAcross, toDown] = to.steps;
  const width = Math.ceil(size.width / toAcross);
  const height = Math.ceil(size.height / toDown);
  const axis = (step: 1 | 2, { location }: Side) => ({ step, location });
  return grid(width, height, (x, y) => {
    const row = (line: number): number =>
      moveAxis(
        (column) => source.at(column, line),
        'across',
        axis(fromAcross, from),
        axis(toAcross, to),
        upsampling,
      )(x);
    return moveAxis(row, 'down', axis(fromDown, from), axis(toDown, to), upsampling)(y);
  });
}

/** Of a format's chroma. */
export const sideOf = ({ layout, color }: FrameFormat): Side => ({
  steps: CHROMA_STEPS[layout.format] ?? [1, 1],
  location: color.chromaLocation,
});
/** A sample for every pixel. */
export const FULL: Side = { steps: [1, 1], location: 'center' };
const limit = (value: number, largest: number): number => Math.min(Math.max(value, 0), largest);

/**
 * What a conversion should give, not rounded but within its codes: Y, U and V in codes of the target, R, G, B and A as
 * shares of white.
 */
export function convertByFormula(
  components: Components,
  source: FrameFormat,
  target: FrameFormat,
  upsampling: 'nearest' | 'bilinear',
): Components {
  const matrix = ({ layout, color }: FrameFormat): string =>
    isRgb(layout.format) ? 'rgb' : (WEIGHTS[color.matrix] as readonly number[]).join();
  if (matrix(source) === matrix(target) && matrix(source) !== 'rgb')
    return recode(components, source, target, upsampling);
  const rgb = matrix(source) === 'rgb' ? shares(components, source) : toRgb(components, source, upsampling);
  return matrix(target) === 'rgb' ? rgb : toYcbcr(rgb, target);
}

function recode(
  components: Components,
  source: FrameFormat,
  target: FrameFormat,
  upsampling: 'nearest' | 'bilinear',
): Components {
  const from = codesOf(bitsOf(source.layout.format), source.color.fullRange);
  const to = codesOf(bitsOf(target.layout.format), target.color.fullRange);
  const { width, height } = target.layout;
  const planes = [...components].map(([name, plane]): [Component, Grid] => {
    if (name === 'Y')
      return [
        name,
        grid(width, height, (x, y) =>
          limit(((plane.at(x, y) - from.black) * to.lumaSpan) / from.lumaSpan + to.black, to.largest),
        ),
      ];
    const moved = moveGrid(plane, sideOf(source), sideOf(target), { width, height }, upsampling);
    return [
      name,
      grid(moved.width, moved.height, (x, y) =>
        limit(((moved.at(x, y) - from.middle) * to.chromaSpan) / from.chromaSpan + to.middle, to.largest),
      ),
    ];
  });
  return new Map(planes);
}

function shares(components: Components, { layout }: FrameFormat): Components {
  const unit = layout.format === 'RGBA16F' ? 1 : 255;
  return new Map(
    [...components].map(([name, plane]) => [
      name,
      grid(plane.width, plane.height, (x, y) => limit((plane.at(x, y) || 0) / unit, 1)),
    ]),
  );
}

function toRgb(components: Components, source: FrameFormat, upsampling: 'nearest' | 'bilinear'): Components {
  const { format, width, height } = source.layout;
  const { black, lumaSpan, chromaSpan, middle } = codesOf(bitsOf(format), source.color.fullRange);
  const [kr, kb] = WEIGHTS[source.color.matrix] as readonly [number, number];
  const plane = (name: Component): Grid => components.get(name) as Grid;
  const [u, v] = (['U', 'V'] as const).map((name) =>
    moveGrid(plane(name), sideOf(source), FULL, { width, height }, upsampling),
  ) as [Grid, Grid];
  const mix = (make: (y: number, cb: number, cr: number) => number): Grid =>
    grid(width, height, (x, y) =>
      limit(
        make(
          (plane('Y').at(x, y) - black) / lumaSpan,
          (u.at(x, y) - middle) / chromaSpan,
          (v.at(x, y) - middle) / chromaSpan,
        ),
        1,
      ),
    );
  const red = (y: number, cr: number): number => y + 2 * (1 - kr) * cr;
  const blue = (y: number, cb: number): number => y + 2 * (1 - kb) * cb;
  return new Map<Component, Grid>([
    ['R', mix((y, _, cr) => red(y, cr))],
    ['G', mix((y, cb, cr) => (y - kr * red(y, cr) - kb * blue(y, cb)) / (1 - kr - kb))],
    ['B', mix((y, cb) => blue(y, cb))],
    ['A', grid(width, height, () => 1)],
  ]);
}

function toYcbcr(rgb: Components, target: FrameFormat): Components {
  const { format, width, height } = target.layout;
  const { black, lumaSpan, chromaSpan, middle, largest } = codesOf(bitsOf(format), target.color.fullRange);
  const [kr, kb] = WEIGHTS[target.color.matrix] as readonly [number, number];
  const at = (name: Component, x: number, y: number): number => (rgb.get(name) as Grid).at(x, y);
  const luma = grid(
    width,
    height,
    (x, y) => kr * at('R', x, y) + (1 - kr - kb) * at('G', x, y) + kb * at('B', x, y),
  );
  const chroma = (name: 'R' | 'B', k: number): Grid => {
    const difference = grid(width, height, (x, y) => (at(name, x, y) - luma.at(x, y)) / (2 * (1 - k)));
    const moved = moveGrid(difference, FULL, sideOf(target), { width, height }, 'bilinear');
    return grid(moved.width, moved.height, (x, y) => limit(middle + chromaSpan * moved.at(x, y), largest));
  };
  return new Map<Component, Grid>([
    ['Y', grid(width, height, (x, y) => limit(black + lumaSpan * luma.at(x, y), largest))],
    ['U', chroma('B', kb)],
    ['V', chroma('R', kr)],
  ]);
}
