import type { ScaleFilter } from './operation.js';
import type { Taps } from './prepared-operation.js';

/** What the weights of an axis add up to: 14 fraction bits. */
export const TAPS_ONE = 16_384;

/** A filter kernel: its value at a distance in samples, and the distance from which it is 0. */
interface Kernel {
  readonly reach: number;
  at(distance: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const KERNELS: Readonly<Record<Exclude<ScaleFilter, 'area'>, Kernel>> = {
  bilinear: { reach: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Keys 1981 with a = -1/2, which is Catmull-Rom: Mitchell and Netravali 1988, B = 0, C = 1/2.
  bicubic: {
    reach: 2,
    at: (x) => {
      const d = Math.abs(x);
      if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
      return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
    },
  },
  // Duchon 1979: a sinc under the middle lobe of a sinc three times as wide.
  lanczos3: { reach: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** An axis to be resampled. */
export interface ResampledAxis {
  /** Samples there are. */
  readonly sourceSize: number;
  /** Samples to make. */
  readonly targetSize: number;
  /** Source samples that a target sample covers. */
  readonly ratio: number;
  /** Where target sample `index` lies, in source samples; sample `n` has its centre at `n`. */
  position(index: number): number;
  /** Above a ratio of 2 it is `area` whatever stands here. */
  readonly filter: ScaleFilter;
}

/**
 * Makes the weights of an axis. Kernels widen with the ratio when shrinking, but for `bilinear`, which stays the two
 * nearest samples. Samples outside the source repeat its edge.
 *
 * @returns weights that add up to {@link TAPS_ONE} exactly for every position
 */
export function makeTaps({ sourceSize, targetSize, ratio, position, filter }: ResampledAxis): Taps {
  const weigh =
    ratio > 2 || filter === 'area' ? areaWeights(Math.max(ratio, 1)) : kernelWeights(filter, ratio);
  const all = Array.from({ length: targetSize }, (_, index) => fold(weigh(position(index)), sourceSize));
  const count = Math.max(...all.map(({ weights }) => weights.length));
  const start = new Uint32Array(targetSize);
  const weights = new Int16Array(targetSize * count);
  for (const [index, own] of all.entries()) {
    // A row of fewer samples at the end of the source begins earlier, with weights of 0.
    start[index] = Math.min(own.first, sourceSize - count);
    weights.set(quantize(own.weights), index * count + own.first - (start[index] as number));
  }
  return { start, count, weights };
}

interface Weights {
  /** Source sample of the first weight; may lie outside. */
  readonly first: number;
  /** In any unit. */
  readonly weights: readonly number[];
}

function kernelWeights(filter: Exclude<ScaleFilter, 'area'>, ratio: number): (position: number) => Weights {
  const { reach, at } = KERNELS[filter];
  const widening = filter === 'bilinear' ? 1 : Math.max(ratio, 1);
  return (position) => {
    const first = Math.ceil(position - reach * widening + 1e-9);
    const last = Math.floor(position + reach * widening - 1e-9);
    const weights = Array.from({ length: last - first + 1 }, (_, k) => at((first + k - position) / widening));
    return { first, weights };
  };
}

/** The share of each source sample in the stretch that a target sample covers. */
function areaWeights(ratio: number): (position: number) => Weights {
  return (position) => {
    const [from, to] = [position - ratio / 2 + 0.5, position + ratio / 2 + 0.5];
    const first = Math.floor(from + 1e-9);
    const end = Math.ceil(to - 1e-9);
    const share = (sample: number): number => Math.min(sample + 1, to) - Math.max(sample, from);
    return { first, weights: Array.from({ length: end - first }, (_, k) => share(first + k)) };
  };
}

/** Brings samples outside to the edge. */
function fold({ first, weights }: Weights, sourceSize: number): { first: number; weights: number[] } {
  const last = sourceSize - 1;
  const inside = (sample: number): number => Math.min(Math.max(sample, 0), last);
  const start = inside(first);
  const folded = new Array<number>(inside(first + weights.length - 1) - start + 1).fill(0);
  for (const [k, weight] of weights.entries()) {
    const at = inside(first + k) - start;
    folded[at] = (folded[at] as number) + weight;
  }
  return { first: start, weights: folded };
}

/** Rounds running sums, so that the weights add up exactly. */
function quantize(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let running = 0;
  let before = 0;
  return weights.map((weight) => {
    running += weight;
    const rounded = Math.round((running / sum) * TAPS_ONE);
    const own = rounded - before;
    before = rounded;
    return own;
  });
}
