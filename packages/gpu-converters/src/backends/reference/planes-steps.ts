import type { FrameLayout } from '@framerail/media-types';
import type { Taps } from '../../operations/prepared-operation.js';
import type { CopiedAxis, PlaneMap, PlanesWork } from '../../plan/work.js';
import { bayer } from './color-forms.js';
import { type ComponentSamples, frameSamples } from './component-samples.js';
import { lastRows } from './row-source.js';

/** A frame's memory and what lies in it. */
interface Memory {
  readonly data: Uint8Array;
  readonly layout: FrameLayout;
}

/** Resamples and recodes each component by itself, a row a step. */
export function* planesSteps(work: PlanesWork, source: Memory, target: Memory): Generator<undefined, void> {
  const from = frameSamples(source.data, source.layout);
  const to = frameSamples(target.data, target.layout);
  const inputs = [from.luma, ...from.chroma];
  const outputs = [to.luma, ...to.chroma];
  for (const [index, map] of work.components.entries()) {
    const [input, output] = [inputs[index] as ComponentSamples, outputs[index] as ComponentSamples];
    const resampled = resampledRows(map, input, output.width, from.bits);
    const codes = new Uint16Array(output.width);
    const largest = to.bits === 8 ? 255 : 1023;
    for (let y = 0; y < output.height; y += 1) {
      recode(map.codes, resampled(y), codes, work.dithered ? { y, largest } : undefined);
      output.write(y, codes);
      yield;
    }
  }
}

function recode(
  table: Uint16Array | undefined,
  values: Uint16Array,
  codes: Uint16Array,
  dither: { y: number; largest: number } | undefined,
): void {
  if (table === undefined) {
    codes.set(values.subarray(0, codes.length));
    return;
  }
  for (let x = 0; x < codes.length; x += 1) {
    const code = table[values[x] as number] as number;
    codes[x] = dither === undefined ? code : Math.min((code + bayer(x, dither.y)) >> 6, dither.largest);
  }
}

/** Gives row `y` of the target in the source's codes, or in 12 bits; valid until the next one is asked for. */
function resampledRows(
  { horizontal, vertical, codes }: PlaneMap,
  input: ComponentSamples,
  width: number,
  bits: 8 | 10,
): (y: number) => Uint16Array {
  const line = new Uint16Array(input.width);
  if (!isTaps(horizontal) && !isTaps(vertical)) {
    return (y) => {
      input.read(vertical.start + y, line);
      return line.subarray(horizontal.start);
    };
  }
  const fraction = bits === 8 ? 6 : 4;
  // What is looked up afterwards keeps more bits than its codes have.
  const resultBits = codes === undefined ? bits : 12;
  const largest = 2 ** resultBits - 1;
  const clamp = (value: number): number => Math.min(Math.max(value, 0), largest);
  const count = isTaps(vertical) ? vertical.count : 1;
  // Rows resampled across, with the fraction's bits below the point.
  const across = lastRows(
    count,
    () => new Int32Array(width),
    (y, row) => {
      input.read(y, line);
      if (isTaps(horizontal)) sumAcross(horizontal, line, 14 - fraction, row);
      else for (let x = 0; x < width; x += 1) row[x] = (line[horizontal.start + x] as number) << fraction;
    },
  );
  const result = new Uint16Array(width);
  if (!isTaps(vertical)) {
    const shift = 14 - resultBits;
    return (y) => {
      const row = across(vertical.start + y);
      for (let x = 0; x < width; x += 1)
        result[x] = clamp(((row[x] as number) + (1 << (shift - 1))) >> shift);
      return result;
    };
  }
  const shift = 28 - resultBits;
  const sums = new Int32Array(width);
  return (y) => {
    sums.fill(1 << (shift - 1));
    for (let k = 0; k < count; k += 1) {
      const weight = vertical.weights[y * count + k] as number;
      const row = across((vertical.start[y] as number) + k);
      for (let x = 0; x < width; x += 1) sums[x] = (sums[x] as number) + weight * (row[x] as number);
    }
    for (let x = 0; x < width; x += 1) result[x] = clamp((sums[x] as number) >> shift);
    return result;
  };
}

function sumAcross({ start, count, weights }: Taps, line: Uint16Array, shift: number, row: Int32Array): void {
  const half = 1 << (shift - 1);
  for (let x = 0; x < row.length; x += 1) {
    let sum = half;
    for (let k = 0; k < count; k += 1)
      sum += (weights[x * count + k] as number) * (line[(start[x] as number) + k] as number);
    row[x] = sum >> shift;
  }
}

function isTaps(axis: CopiedAxis | Taps): axis is Taps {
  return 'weights' in axis;
}
