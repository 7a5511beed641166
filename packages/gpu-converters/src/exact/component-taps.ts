import type { ChromaLocation } from '@framerail/media-types';
import type { ScaleFilter } from '../operations/operation.js';
import type { Taps } from '../operations/prepared-operation.js';
import { makeTaps, TAPS_ONE } from '../operations/taps.js';
import type { CopiedAxis } from '../plan/work.js';
import { downsamplingTaps, isCosited, type Upsampling, upsamplingTaps } from './chroma-siting.js';

/** Where the samples of a component lie along one axis. */
export interface ComponentAxis {
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
 * are those of `chroma-siting.ts`.
 */
export function componentTaps(options: ComponentAxisOptions): CopiedAxis | Taps {
  const { axis, source, target, part, filter, upsampling } = options;
  const sourceSize = Math.ceil(source.size / source.step);
  const targetSize = Math.ceil(target.size / target.step);
  const scale = part.size / target.size;
  // Luma positions count from the left edge of the picture, a sample's centre at its middle.
  const phase = ({ step, location }: ComponentAxis): number =>
    step === 2 && !isCosited(location, axis) ? 1 : 0.5;
  const position = (index: number): number =>
    ((index * target.step + phase(target)) * scale + part.start - phase(source)) / source.step;
  if (scale !== 1) {
    const ratio = (scale * target.step) / source.step;
    return makeTaps({ sourceSize, targetSize, ratio, position, filter });
  }
  if (source.step === 1 && target.step === 2) {
    const { offsets, weights, total } = downsamplingTaps(target.location)[axis];
    return fixedTaps(sourceSize, targetSize, offsets.length, (index) =>
      offsets.map((offset, k) => [part.start + 2 * index + offset, (weights[k] as number) / total]),
    );
  }
  if (source.step === 2 && target.step === 1) {
    return fixedTaps(sourceSize, targetSize, 2, (index) => {
      const taps = upsamplingTaps(part.start + index, sourceSize, axis, source.location, upsampling);
      return [
        [taps.first, taps.firstWeight / 4],
        [taps.second, 1 - taps.firstWeight / 4],
      ];
    });
  }
  const first = position(0);
  if (Number.isInteger(first)) return { start: first };
  if (upsampling === 'nearest')
    return { start: Math.min(Math.max(Math.round(first), 0), sourceSize - targetSize) };
  return makeTaps({ sourceSize, targetSize, ratio: 1, position, filter: 'bilinear' });
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
