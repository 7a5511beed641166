import type { ColorSpace } from '@framerail/media-types';
import type {
  PreparedOperation,
  PreparedOverlay,
  PreparedScale,
} from '../../operations/prepared-operation.js';
import {
  betweenLayout,
  directLayout,
  type GpuLayout,
  isYcbcr,
  loadLayout,
  storeLayout,
} from './gpu-layout.js';
import type { GpuPlan } from './gpu-plan.js';

/** Where a pass reads or writes: the slot's own buffers, or one between two passes. */
export type PassBuffer = 'source' | 'target' | { readonly between: number };

/** One dispatch that computes pixels: a loader, operations, a storer. */
export interface ConvertPass {
  readonly kind: 'convert';
  readonly from: PassBuffer;
  readonly load: GpuLayout;
  /** Set when the loader gives YCbCr. */
  readonly loadColor: ColorSpace | undefined;
  /** A scale, if there is one, stands first wherever operations before it would cost more done four times. */
  readonly operations: readonly PreparedOperation[];
  readonly to: PassBuffer;
  readonly store: GpuLayout;
  /** Set when the storer takes YCbCr. */
  readonly storeColor: ColorSpace | undefined;
}

/** One dispatch that moves components unchanged. */
export interface MovePass {
  readonly kind: 'move';
  readonly from: PassBuffer;
  readonly load: GpuLayout;
  readonly to: PassBuffer;
  readonly store: GpuLayout;
}

/** One dispatch that packs rows of whole words into the caller's layout. */
export interface PackPass {
  readonly kind: 'pack';
  readonly from: PassBuffer;
  readonly load: GpuLayout;
  readonly to: PassBuffer;
  readonly planes: readonly { readonly offset: number; readonly stride: number }[];
  /** Of the caller's layout. */
  readonly byteLength: number;
}

export type Pass = ConvertPass | MovePass | PackPass;

/** What happens to a frame on the GPU, in one command encoder. */
export interface PassPlan {
  readonly passes: readonly Pass[];
  readonly source: GpuLayout;
  /** Bytes of the target buffer, a multiple of 16. */
  readonly targetBytes: number;
  /** Bytes of each buffer between two passes. */
  readonly betweenBytes: readonly number[];
}

/**
 * Splits a plan into passes: one, unless doing the work before a scale once and storing it costs less than
 * doing it for each of the four pixels that an output pixel is made of, or the target's rows don't start at
 * whole words.
 */
export function planPasses(plan: GpuPlan): PassPlan {
  const source = loadLayout(plan.source.layout);
  const direct = directLayout(plan.target.layout);
  const store = direct ?? storeLayout(plan.target.layout);
  const between: GpuLayout[] = [];
  const passes: Pass[] = [];
  const keep = (layout: GpuLayout): PassBuffer => ({ between: between.push(layout) - 1 });
  const end = (): PassBuffer => (direct === undefined ? keep(store) : 'target');

  if (isMove(plan)) {
    passes.push({ kind: 'move', from: 'source', load: source, to: end(), store });
  } else {
    let from: PassBuffer = 'source';
    let load = source;
    let loadColor = plan.source.color;
    let operations: PreparedOperation[] = [];
    let size = { width: source.width, height: source.height };
    for (const operation of plan.operations) {
      if (operation.type === 'overlay' && !isVisible(operation, size)) continue;
      if (operation.type === 'scale') {
        if (isCheaperStored(load, operations, size, operation)) {
          const stored = betweenLayout(size.width, size.height);
          const to = keep(stored);
          passes.push({
            kind: 'convert',
            from,
            load,
            loadColor,
            operations,
            to,
            store: stored,
            storeColor: undefined,
          });
          [from, load, loadColor, operations] = [to, stored, undefined, []];
        }
        size = { width: operation.width, height: operation.height };
      }
      operations.push(operation);
    }
    passes.push({
      kind: 'convert',
      from,
      load,
      loadColor,
      operations,
      to: end(),
      store,
      storeColor: plan.target.color,
    });
  }
  const last = passes.at(-1) as Pass;
  const { planes, byteLength } = plan.target.layout;
  if (direct === undefined)
    passes.push({ kind: 'pack', from: last.to, load: store, to: 'target', planes, byteLength });
  return {
    passes,
    source,
    targetBytes: Math.ceil(byteLength / 16) * 16,
    betweenBytes: between.map((layout) => layout.byteLength),
  };
}

/** YCbCr of one meaning keeps its samples: they are moved, not computed. */
function isMove({ source, target, operations }: GpuPlan): boolean {
  const [from, to] = [source.color, target.color];
  if (from === undefined || to === undefined || operations.length > 0) return false;
  // BT.601's matrix has two names.
  const matrix = (color: ColorSpace): string => (color.matrix === 'bt470bg' ? 'smpte170m' : color.matrix);
  return (
    matrix(from) === matrix(to) &&
    from.fullRange === to.fullRange &&
    from.chromaLocation === to.chromaLocation
  );
}

function isVisible(
  { image, x, y, opacity }: PreparedOverlay,
  frame: { width: number; height: number },
): boolean {
  const inside = x < frame.width && y < frame.height && x + image.width > 0 && y + image.height > 0;
  return inside && opacity > 0;
}

// Rough costs of a pixel in loads and their like; only their order of size matters.
const COST = {
  rgb: 1,
  ycbcr: 12,
  colorMatrix: 4,
  overlay: 4,
  scale: 16,
  resample: 36,
  place: 2,
  curves: 4,
  lut3d: 16,
  mix: 4,
  between: 2,
};

function isCheaperStored(
  load: GpuLayout,
  before: readonly PreparedOperation[],
  from: { width: number; height: number },
  to: PreparedScale,
): boolean {
  const loadCost = isYcbcr(load.format) ? COST.ycbcr : COST.rgb;
  const cost = before.reduce((sum, operation) => sum + COST[operation.type], loadCost);
  // A second scale in one pass would nest: sixteen loads a pixel.
  if (before.some(({ type }) => type === 'scale')) return true;
  const taps = 4 * to.width * to.height;
  return taps * cost > from.width * from.height * (cost + COST.between) + taps * COST.rgb;
}
