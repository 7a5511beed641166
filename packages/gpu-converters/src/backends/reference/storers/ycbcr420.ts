import type { ColorSpace, FrameLayout } from '@framerail/media-types';
import { downsamplingTaps } from '../../../exact/chroma-siting.js';
import { evaluateToByte } from '../../../exact/exact-form.js';
import { rgbToYcbcr } from '../../../exact/rgb-to-ycbcr.js';
import { chromaPlanes } from '../chroma-planes.js';
import type { RowSource } from '../row-source.js';

/** Writes NV12 or I420, two rows of luma and one of chroma a step. Alpha is ignored. */
export function* storeYcbcr420(
  source: RowSource,
  data: Uint8Array,
  layout: FrameLayout,
  color: ColorSpace,
): Generator<undefined, void> {
  const { width, height } = source;
  const chroma = chromaPlanes(layout);
  const { across, down } = downsamplingTaps(color.chromaLocation);
  const forms = rgbToYcbcr(color, across.total * down.total);
  const lumaPlane = layout.planes[0] ?? { offset: 0, stride: 0 };

  const storeLuma = (y: number): void => {
    const row = source.row(y);
    const start = lumaPlane.offset + y * lumaPlane.stride;
    for (let x = 0; x < width; x += 1) {
      const at = 4 * x;
      data[start + x] = evaluateToByte(
        forms.luma,
        row[at] as number,
        row[at + 1] as number,
        row[at + 2] as number,
      );
    }
  };
  const storeChroma = (line: number): void => {
    const rows = down.offsets.map((offset) => source.row(clamp(2 * line + offset, height)));
    for (let x = 0; x < chroma.width; x += 1) {
      let [red, green, blue] = [0, 0, 0];
      for (const [i, row] of rows.entries()) {
        for (const [j, offset] of across.offsets.entries()) {
          const weight = (down.weights[i] as number) * (across.weights[j] as number);
          const at = 4 * clamp(2 * x + offset, width);
          red += weight * (row[at] as number);
          green += weight * (row[at + 1] as number);
          blue += weight * (row[at + 2] as number);
        }
      }
      data[chroma.cb.offset + line * chroma.cb.stride + x * chroma.cb.step] = evaluateToByte(
        forms.cb,
        red,
        green,
        blue,
      );
      data[chroma.cr.offset + line * chroma.cr.stride + x * chroma.cr.step] = evaluateToByte(
        forms.cr,
        red,
        green,
        blue,
      );
    }
  };

  for (let line = 0; line < chroma.height; line += 1) {
    storeLuma(2 * line);
    if (2 * line + 1 < height) storeLuma(2 * line + 1);
    storeChroma(line);
    yield;
  }
}

/** Positions beyond the picture repeat its edge. */
function clamp(position: number, size: number): number {
  return position < 0 ? 0 : position >= size ? size - 1 : position;
}
