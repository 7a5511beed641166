import type { RawFrame } from '@framerail/media-types';
import { upsamplingTaps } from '../../../exact/chroma-siting.js';
import { evaluateToByte } from '../../../exact/exact-form.js';
import { ycbcrToRgb } from '../../../exact/ycbcr-to-rgb.js';
import type { Upsampling } from '../../backend.js';
import { type ChromaPlane, chromaPlanes } from '../chroma-planes.js';
import { keptRows, type RowSource } from '../row-source.js';

/** Reads NV12 or I420: chroma in sixteenths for every pixel, then the exact matrix, rounded once. */
export function loadYcbcr420(frame: RawFrame, upsampling: Upsampling): RowSource {
  const { data, layout, color } = frame;
  const { width, height } = layout;
  const luma = layout.planes[0] ?? { offset: 0, stride: 0 };
  const chroma = chromaPlanes(layout);
  const { red, green, blue } = ycbcrToRgb(color);
  const across = Array.from({ length: width }, (_, x) =>
    upsamplingTaps(x, chroma.width, 'across', color.chromaLocation, upsampling),
  );
  const cbQuarters = new Uint16Array(chroma.width);
  const crQuarters = new Uint16Array(chroma.width);

  const blendRows = (plane: ChromaPlane, y: number, quarters: Uint16Array): void => {
    const { first, second, firstWeight } = upsamplingTaps(
      y,
      chroma.height,
      'down',
      color.chromaLocation,
      upsampling,
    );
    const top = plane.offset + first * plane.stride;
    const bottom = plane.offset + second * plane.stride;
    for (let x = 0; x < quarters.length; x += 1) {
      const [above, below] = [data[top + x * plane.step] as number, data[bottom + x * plane.step] as number];
      quarters[x] = firstWeight * above + (4 - firstWeight) * below;
    }
  };
  const blendColumns = (quarters: Uint16Array, x: number): number => {
    const { first, second, firstWeight } = across[x] as (typeof across)[number];
    return firstWeight * (quarters[first] as number) + (4 - firstWeight) * (quarters[second] as number);
  };

  return keptRows(width, height, (y, row) => {
    blendRows(chroma.cb, y, cbQuarters);
    blendRows(chroma.cr, y, crQuarters);
    const start = luma.offset + y * luma.stride;
    for (let x = 0; x < width; x += 1) {
      const code = data[start + x] as number;
      const cb = blendColumns(cbQuarters, x);
      const cr = blendColumns(crQuarters, x);
      row[4 * x] = evaluateToByte(red, code, cb, cr);
      row[4 * x + 1] = evaluateToByte(green, code, cb, cr);
      row[4 * x + 2] = evaluateToByte(blue, code, cb, cr);
      row[4 * x + 3] = 255;
    }
  });
}
