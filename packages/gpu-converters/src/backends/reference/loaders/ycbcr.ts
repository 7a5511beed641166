import type { ColorSpace, RawFrame } from '@framerail/media-types';
import { type UpsamplingTaps, upsamplingTaps } from '../../../exact/chroma-siting.js';
import { ycbcrToRgb } from '../../../exact/ycbcr-to-rgb.js';
import type { PixelsWork } from '../../../plan/work.js';
import type { Upsampling } from '../../backend.js';
import { type ColorRow, exactRow, fineRow, fixedRow, halfRow } from '../color-forms.js';
import { type ComponentSamples, frameSamples } from '../component-samples.js';
import { keptRows, largestOf, type RowSource } from '../row-source.js';

/** Reads any Y′CbCr format: chroma in sixteenths for every pixel, then the matrix, rounded once. */
export function loadYcbcr(frame: RawFrame, work: PixelsWork, upsampling: Upsampling): RowSource {
  const { width, height } = frame.layout;
  const { luma, chroma } = frameSamples(frame.data, frame.layout);
  const [red, green, blue] = colorRows(frame.color, work);
  const sixteenths = chroma.map((component) =>
    sixteenthsOf(component, width, frame.color.chromaLocation, upsampling),
  ) as [SixteenthsRow, SixteenthsRow];
  const codes = new Uint16Array(width);
  const opaque = work.loadsHalfs ? HALF_ONE : largestOf(work.loadDepth);
  return keptRows({ width, height, depth: work.loadDepth }, (y, row) => {
    luma.read(y, codes);
    const [cbs, crs] = [sixteenths[0](y), sixteenths[1](y)];
    for (let x = 0; x < width; x += 1) {
      const [code, cb, cr] = [codes[x] as number, cbs[x] as number, crs[x] as number];
      row[4 * x] = red(code, cb, cr, x, y);
      row[4 * x + 1] = green(code, cb, cr, x, y);
      row[4 * x + 2] = blue(code, cb, cr, x, y);
      row[4 * x + 3] = opaque;
    }
  });
}

/** 1.0 as a half float. */
const HALF_ONE = 0x3c00;

function colorRows(
  color: ColorSpace,
  { load, loadDepth, loadsHalfs }: PixelsWork,
): [ColorRow, ColorRow, ColorRow] {
  if (load === undefined) {
    const { red, green, blue } = ycbcrToRgb(color);
    return [exactRow(red), exactRow(green), exactRow(blue)];
  }
  const row = (index: 0 | 1 | 2): ColorRow => {
    if (loadsHalfs) return halfRow(load, index);
    return loadDepth === 16 ? fineRow(load, index) : fixedRow(load, { row: index, largest: 255 });
  };
  return [row(0), row(1), row(2)];
}

/** Chroma for the pixels of row `y`, in sixteenths of a code; valid until the next call. */
type SixteenthsRow = (y: number) => Uint16Array;

function sixteenthsOf(
  component: ComponentSamples,
  width: number,
  location: ColorSpace['chromaLocation'],
  upsampling: Upsampling,
): SixteenthsRow {
  const own = (position: number): UpsamplingTaps => ({ first: position, second: position, firstWeight: 4 });
  const tapsDown = (y: number): UpsamplingTaps =>
    component.down === 1 ? own(y) : upsamplingTaps(y, component.height, 'down', location, upsampling);
  const tapsAcross = Array.from({ length: width }, (_, x) =>
    component.across === 1 ? own(x) : upsamplingTaps(x, component.width, 'across', location, upsampling),
  );
  const [above, below] = [new Uint16Array(component.width), new Uint16Array(component.width)];
  const quarters = new Uint16Array(component.width);
  const result = new Uint16Array(width);
  return (y) => {
    const { first, second, firstWeight } = tapsDown(y);
    component.read(first, above);
    component.read(second, below);
    for (let x = 0; x < quarters.length; x += 1)
      quarters[x] = firstWeight * (above[x] as number) + (4 - firstWeight) * (below[x] as number);
    for (const [x, taps] of tapsAcross.entries())
      result[x] =
        taps.firstWeight * (quarters[taps.first] as number) +
        (4 - taps.firstWeight) * (quarters[taps.second] as number);
    return result;
  };
}
