import type { ChromaLocation } from '@framerail/media-types';
import { boundedMemo } from '../operations/bounded-memo.js';
import type { ScaleFilter } from '../operations/operation.js';
import type { Taps } from '../operations/prepared-operation.js';
import { makeTaps, TAPS_ONE } from '../operations/taps.js';
import type { CopiedAxis } from '../plan/work.js';
import { downsamplingTaps, isCosited, type Upsampling, upsamplingTaps } from './chroma-siting.js';

/** Where the samples of a component lie along one axis. */
interface ComponentAxis {
  /** Luma samples. */
  readonly size: number;
  /** Luma samples to one of the component's. */
  readonly step: 1 | 2;
  /** Of the frame. */
  readonly location: ChromaLocation;
}

/** A stretch of the source axis made into the target axis. */
export interface ComponentAxisOptions {
  /** Which axis it is. */
  readonly axis: 'across' | 'down';
  /** The whole source. */
  readonly source: ComponentAxis;
  /** The whole target. */
  readonly target: ComponentAxis;
  /** The part of the source that becomes the target, in luma samples. */
  readonly part: { readonly start: number; readonly size: number };
  /** For a change of size. */
  readonly filter: ScaleFilter;
  /** For chroma at full size from chroma at half size, where the size stays. */
  readonly upsampling: Upsampling;
}

/**
 * How a component's samples come about along one axis, chroma siting included. Without a change of size the weights
 * are those of `chroma-siting.ts`. Samples that have nothing of the part are never looked at: its edge is repeated.
 */
export function componentTaps(options: ComponentAxisOptions): CopiedAxis | Taps {
  const { axis, source, target, part, filter, upsampling } = options;
  const places = [source, target].flatMap(({ size, step, location }) => [size, step, location]);
  const name = [axis, ...places, part.start, part.size, filter, upsampling].join();
  return known(name, () => makeComponentTaps(options));
}

// Videos are planned again when amounts change: what depends on sizes and sitings alone was made before.
const known = boundedMemo<CopiedAxis | Taps>(32);

function makeComponentTaps(options: ComponentAxisOptions): CopiedAxis | Taps {
  const { axis, source, target, part, filter, upsampling } = options;
  const samples = Math.ceil(source.size / source.step);
  const targetSize = Math.ceil(target.size / target.step);
  const scale = part.size / target.size;
  const first = Math.floor(part.start / source.step);
  const sourceSize = Math.floor((part.start + part.size - 1) / source.step) - first + 1;
  // Luma positions count from the left edge of the picture, a sample's centre at its middle; the results count from `first`.
  const phase = ({ step, location }: ComponentAxis): number =>
    step === 2 && !isCosited(location, axis) ? 1 : 0.5;
  const position = (index: number): number =>
    ((index * target.step + phase(target)) * scale + part.start - phase(source)) / source.step - first;
  const ofWhole = (taps: Taps): Taps => ({ ...taps, start: taps.start.map((start) => start + first) });
  if (scale !== 1) {
    const ratio = (scale * target.step) / source.step;
    return ofWhole(makeTaps({ sourceSize, targetSize, ratio, position, filter }));
  }
  if (source.step === 1 && target.step === 2) {
    const { offsets, weights, total } = downsamplingTaps(target.location)[axis];
    const list = (index: number) =>
      offsets.map((offset, k) => [2 * index + offset, (weights[k] as number) / total] as const);
    return ofWhole(fixedTaps(sourceSize, targetSize, offsets.length, list));
  }
  if (source.step === 2 && target.step === 1) {
    const list = (index: number) => {
      const taps = upsamplingTaps(part.start + index, samples, axis, source.location, upsampling);
      const share = taps.firstWeight / 4;
      return [[taps.first - first, share] as const, [taps.second - first, 1 - share] as const];
    };
    return ofWhole(fixedTaps(sourceSize, targetSize, 2, list));
  }
  const start = position(0);
  if (Number.isInteger(start)) return { start: start + first };
  if (upsampling === 'nearest')
    return { start: first + Math.min(Math.max(Math.round(start), 0), sourceSize - targetSize) };
  return ofWhole(makeTaps({ sourceSize, targetSize, ratio: 1, position, filter: 'bilinear' }));
}

/** Taps from a list of samples and shares for each position; samples outside repeat the edge. */
function fixedTaps(
  sourceSize: number,
  targetSize: number,
  most: number,
  list: (index: number) => readonly (readonly [number, number])[],
): Taps {
  const count = Math.min(most, sourceSize);
  const start = new Uint32Array(targetSize);
  const weights = new Int16Array(targetSize * count);
  for (let index = 0; index < targetSize; index += 1) {
    const inside = list(index).map(([sample, share]): [number, number] => [
      Math.min(Math.max(sample, 0), sourceSize - 1),
      share * TAPS_ONE,
    ]);
    const first = Math.min(...inside.map(([sample]) => sample), sourceSize - count);
    start[index] = first;
    for (const [sample, weight] of inside) {
      const at = index * count + sample - first;
      weights[at] = (weights[at] as number) + weight;
    }
  }
  return { start, count, weights };
}
