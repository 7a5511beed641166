import type { PreparedOperation, PreparedResample, WorkDepth } from '../../operations/prepared-operation.js';
import type { PlaneMap } from '../../plan/work.js';
import { isTaps } from './plane-axes.js';

/**
 * Rough costs of a pixel in loads and their like; only their order of size matters. They decide where a plan is cut
 * into passes (decision 0069).
 */
export const COST = {
  rgb: 1,
  ycbcr: 12,
  colorMatrix: 4,
  overlay: 4,
  place: 2,
  curves: 4,
  lut3d: 16,
  mix: 4,
  scale: 8,
  resample: 8,
} as const;

/** Weight and multiplication of one tap. */
const TAP = 1;

/** Columns and rows. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const area = ({ width, height }: Size): number => width * height;

/** Storing a pixel and finding it again, apart from its loads. */
const keeping = (depth: WorkDepth): number => (depth === 8 ? 2 : 3);
/** Storing a pixel's sums and finding them again, apart from their loads. */
const keepingSums = (depth: WorkDepth): number => (depth === 8 ? 3 : 5);

/** How a resampling is done: in the pass under way, after a pass of its own for what is before, in two halves. */
export interface ResampleCut {
  /** Whether the pixels before it are stored first. */
  readonly storesBefore: boolean;
  /** Whether rows and columns are done by two passes. */
  readonly splits: boolean;
}

/**
 * Decides for a resampling.
 *
 * @param cost - of a pixel before it, as {@link COST} has it
 * @returns the decision, and what a pixel after it costs
 */
export function cutResample(
  operation: PreparedResample,
  from: Size,
  cost: number,
  depth: WorkDepth,
): { cut: ResampleCut; cost: number } {
  const across = operation.horizontal?.count ?? 1;
  const down = operation.vertical?.count ?? 1;
  const middle = operation.width * from.height;
  const made = area(operation);
  const stored = area(from) * (cost + keeping(depth));
  const load = depth === 8 ? COST.rgb : 2 * COST.rgb;
  const whole = (own: number): number => made * across * down * (own + TAP);
  const split = (own: number): number =>
    middle * (across * (own + TAP) + keepingSums(depth)) + made * down * (2 * COST.rgb + TAP);
  const isSplittable = across > 1 && down > 1;
  const ways = [
    { storesBefore: false, splits: false, total: whole(cost), own: cost },
    { storesBefore: true, splits: false, total: stored + whole(load), own: load },
    ...(isSplittable
      ? [
          { storesBefore: false, splits: true, total: split(cost), own: cost },
          { storesBefore: true, splits: true, total: stored + split(load), own: load },
        ]
      : []),
  ];
  const best = ways.reduce((least, way) => (way.total < least.total ? way : least));
  return {
    cut: { storesBefore: best.storesBefore, splits: best.splits },
    cost: COST.resample + (best.splits ? down * 3 * COST.rgb : across * down * (best.own + TAP)),
  };
}

/** Whether the pixels before a bilinear scale are cheaper stored than made for each of four taps. */
export function storesBeforeScale(from: Size, to: Size, cost: number): boolean {
  const taps = 4 * area(to);
  return taps * cost > area(from) * (cost + keeping(8)) + taps * COST.rgb;
}

/** What a pixel costs after an operation that takes one pixel for one. */
export const costAfter = ({ type }: PreparedOperation, cost: number): number => cost + COST[type];

/** Whether the components of a planes' work are cheaper made in two passes, rows before columns. */
export function splitsPlanes(
  components: readonly { readonly map: PlaneMap; readonly from: Size; readonly to: Size }[],
): boolean {
  let [whole, split] = [0, 0];
  for (const { map, from, to } of components) {
    const across = isTaps(map.horizontal) ? map.horizontal.count : 1;
    const down = isTaps(map.vertical) ? map.vertical.count : 1;
    whole += area(to) * across * down * (1 + TAP);
    split += to.width * from.height * (across * (1 + TAP) + keepingSums(8)) + area(to) * down * (1 + TAP);
  }
  return split < whole;
}
