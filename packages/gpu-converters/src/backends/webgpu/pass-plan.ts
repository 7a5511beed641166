import { PIXEL_FORMATS } from '@framerail/media-types';
import type { PreparedResample, WorkDepth } from '../../operations/prepared-operation.js';
import type { PixelsWork, PlanesWork } from '../../plan/work.js';
import type { BackendPlan } from '../backend.js';
import {
  betweenLayout,
  chromaSize,
  directLayout,
  type GpuLayout,
  isYcbcr,
  loadLayout,
  planeSumsLayout,
  storeLayout,
} from './gpu-layout.js';
import { COST, costAfter, cutResample, type Size, splitsPlanes, storesBeforeScale } from './pass-cost.js';
import type { Pass, PassBuffer, PassPlan, PassStep, PixelInput, PixelOutput } from './passes.js';
import { isCopied, isTaps } from './plane-axes.js';

export type { Pass, PassBuffer, PassPlan } from './passes.js';

/**
 * Splits a plan into passes: one, unless pixels would be made more often than storing them costs, or the target's
 * rows don't start at whole words. A pure function.
 */
export function planPasses(plan: BackendPlan): PassPlan {
  const source = loadLayout(plan.source.layout);
  const direct = directLayout(plan.target.layout);
  const store = direct ?? storeLayout(plan.target.layout);
  const list = new PassList(source);
  const to = (): PassBuffer => (direct === undefined ? list.keep(store) : 'target');

  if (isMove(plan)) {
    list.add({ kind: 'move', store, to: to() }, []);
  } else if (plan.work.kind === 'planes') {
    planPlanes(list, plan, plan.work, store, to);
  } else {
    planPixels(list, plan, plan.work, store, to);
  }
  const { planes, byteLength } = plan.target.layout;
  if (direct === undefined) list.add({ kind: 'pack', to: 'target', planes, byteLength }, []);
  return {
    passes: list.passes,
    source,
    targetBytes: Math.ceil(byteLength / 16) * 16,
    betweenBytes: list.between.map((layout) => layout.byteLength),
  };
}

/** A pass without what the list knows. */
type NewPass = Pass extends infer One
  ? One extends Pass
    ? Omit<One, 'label' | 'from' | 'load' | 'bytesRead' | 'bytesWritten'>
    : never
  : never;

/** Passes, each of which reads what the one before it has written. */
class PassList {
  readonly passes: Pass[] = [];
  readonly between: GpuLayout[] = [];
  #from: PassBuffer = 'source';
  load: GpuLayout;

  constructor(source: GpuLayout) {
    this.load = source;
  }

  keep(layout: GpuLayout): PassBuffer {
    return { between: this.between.push(layout) - 1 };
  }

  add(pass: NewPass, names: readonly string[]): void {
    const store = 'store' in pass ? pass.store : undefined;
    const label =
      store === undefined
        ? `pack ${this.load.format}`
        : [this.load.format, ...names, store.format].join(' → ');
    const bytesWritten = store === undefined ? (pass as { byteLength: number }).byteLength : bytesOf(store);
    const ends = { label, from: this.#from, load: this.load, bytesRead: bytesOf(this.load), bytesWritten };
    this.passes.push({ ...pass, ...ends } as Pass);
    this.#from = pass.to;
    if (store !== undefined) this.load = store;
  }
}

const bytesOf = ({ planes }: GpuLayout): number =>
  planes.reduce((sum, { rowBytes, rows }) => sum + rowBytes * rows, 0);

/** Samples that stay as they are, and lie as they do: they are moved by whole words. */
function isMove({ source, target, operations, work }: BackendPlan): boolean {
  const [from, to] = [source.layout.format, target.layout.format];
  if (work.kind === 'planes') {
    const isHalved = (format: typeof from): boolean => format === 'NV12' || format === 'I420';
    return (
      isHalved(from) &&
      isHalved(to) &&
      work.components.every((map) => isCopied(map) && startOf(map) === 0 && map.codes === undefined)
    );
  }
  return operations.length === 0 && from === 'RGBA16F' && to === 'RGBA16F';
}

/** Of copied axes: 0 if both start where the source does. */
const startOf = ({ horizontal, vertical }: PlanesWork['components'][0]): number =>
  (isTaps(horizontal) ? 1 : horizontal.start) + (isTaps(vertical) ? 1 : vertical.start);

function planPlanes(
  list: PassList,
  { source, target }: BackendPlan,
  work: PlanesWork,
  store: GpuLayout,
  to: () => PassBuffer,
): void {
  const bits = PIXEL_FORMATS[source.layout.format].bitDepth === 10 ? 10 : 8;
  const [fromChroma, toChroma] = [chromaSize(source.layout), chromaSize(target.layout)];
  const sizes = [
    { from: source.layout, to: target.layout },
    { from: fromChroma, to: toChroma },
    { from: fromChroma, to: toChroma },
  ];
  const components = work.components.map((map, index) => ({ map, ...(sizes[index] as (typeof sizes)[0]) }));
  const names = components.some(({ map }) => !isCopied(map)) ? ['resample'] : [];
  if (!splitsPlanes(components)) {
    list.add({ kind: 'planes', stage: 'whole', bits, work, store, to: to() }, names);
    return;
  }
  const sums = planeSumsLayout(
    { width: target.layout.width, height: source.layout.height },
    { width: toChroma.width, height: fromChroma.height },
  );
  list.add({ kind: 'planes', stage: 'across', bits, work, store: sums, to: list.keep(sums) }, ['across']);
  list.add({ kind: 'planes', stage: 'down', bits, work, store, to: to() }, ['down']);
}

/** What has been planned of a chain of pixels. */
interface Chain {
  input: PixelInput;
  steps: PassStep[];
  size: Size;
  depth: WorkDepth;
  /** Of a pixel, as {@link COST} has it. */
  cost: number;
}

function planPixels(
  list: PassList,
  { source, target, operations }: BackendPlan,
  work: PixelsWork,
  store: GpuLayout,
  to: () => PassBuffer,
): void {
  const isSource = isYcbcr(source.layout.format);
  const chain: Chain = {
    input: {
      depth: work.loadDepth,
      color: isSource ? source.color : undefined,
      form: work.load,
      halfs: work.loadsHalfs,
    },
    steps: [],
    size: source.layout,
    depth: work.loadDepth,
    cost: isSource ? COST.ycbcr : COST.rgb,
  };
  for (const operation of operations) {
    if (operation.type === 'resample') {
      addResample(list, chain, operation);
    } else if (operation.type === 'scale') {
      if (storesBeforeScale(chain.size, operation, chain.cost)) storePixels(list, chain);
      chain.steps.push(operation);
      chain.cost = 4 * chain.cost + COST.scale;
    } else {
      chain.steps.push(operation);
      chain.cost = costAfter(operation, chain.cost);
      if (operation.type === 'curves') chain.depth = operation.to;
    }
    if ('width' in operation) chain.size = { width: operation.width, height: operation.height };
  }
  const output = {
    depth: work.storeDepth,
    color: isYcbcr(target.layout.format) ? target.color : undefined,
    form: work.store,
    halfs: work.loadsHalfs,
    dithered: work.dithered,
  };
  addConvert(list, chain, store, output, to());
}

function addResample(list: PassList, chain: Chain, resample: PreparedResample): void {
  const { cut, cost } = cutResample(resample, chain.size, chain.cost, chain.depth);
  if (cut.storesBefore) storePixels(list, chain);
  if (cut.splits) {
    chain.steps.push({ type: 'across', resample });
    const sums = betweenLayout(chain.depth === 8 ? 'SUMS16' : 'SUMS32', resample.width, chain.size.height);
    addConvert(list, chain, sums, betweenOutput(chain.depth), list.keep(sums));
    restart(chain, [{ type: 'down', resample }]);
  } else {
    chain.steps.push(resample);
  }
  chain.cost = cost;
}

/** Ends a pass with the pixels as they are, which the next one loads. */
function storePixels(list: PassList, chain: Chain): void {
  const { width, height } = chain.size;
  const layout = betweenLayout(chain.depth === 8 ? 'RGBA' : 'RGBA16', width, height);
  addConvert(list, chain, layout, betweenOutput(chain.depth), list.keep(layout));
  restart(chain, []);
  chain.cost = COST.rgb;
}

const betweenOutput = (depth: WorkDepth): PixelOutput => ({
  depth,
  color: undefined,
  form: undefined,
  halfs: false,
  dithered: false,
});

function restart(chain: Chain, steps: PassStep[]): void {
  chain.input = { depth: chain.depth, color: undefined, form: undefined, halfs: false };
  chain.steps = steps;
}

function addConvert(
  list: PassList,
  chain: Chain,
  store: GpuLayout,
  output: PixelOutput,
  to: PassBuffer,
): void {
  const { input, steps } = chain;
  list.add(
    { kind: 'convert', input, steps, output, store, to },
    steps.map(({ type }) => type),
  );
}
