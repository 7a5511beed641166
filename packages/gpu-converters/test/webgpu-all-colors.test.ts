import {
  BT709,
  type ColorSpace,
  codeRange,
  frameLayout,
  MATRIX_COEFFICIENTS,
  type RawFrame,
  SRGB,
  type YcbcrMatrix,
} from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createWebgpuBackend, type GpuDeviceHandle, openGpuDevice } from '../src/index.js';
import { withWork } from '../src/plan/plan-work.js';

const SIDE = 4096;
const COLORS = 2 ** 24;
const rgba = frameLayout({ format: 'RGBA', width: SIDE, height: SIDE });
const nv12 = frameLayout({ format: 'NV12', width: SIDE, height: SIDE });

const MATRICES: readonly YcbcrMatrix[] = ['smpte170m', 'bt709', 'bt2020-ncl'];
const cases = MATRICES.flatMap((matrix) => [false, true].map((fullRange) => ({ matrix, fullRange })));

/** Kr, Kg and Kb in ten-thousandths. */
const tenThousandths = (matrix: YcbcrMatrix): [number, number, number] => {
  const { kr, kg, kb } = MATRIX_COEFFICIENTS[matrix];
  const over = ({ numerator, denominator }: typeof kr): number => (numerator * 10_000) / denominator;
  return [over(kr), over(kg), over(kb)];
};

/** Of integers below 2^53, whatever the double quotient was rounded to. */
function roundHalfUp(numerator: number, denominator: number): number {
  const doubled = 2 * numerator + denominator;
  const quotient = Math.floor(doubled / (2 * denominator));
  const rest = doubled - quotient * 2 * denominator;
  return rest < 0 ? quotient - 1 : rest >= 2 * denominator ? quotient + 1 : quotient;
}

describe.runIf(requireProgram('webgpu'))('on the GPU', () => {
  let gpu: GpuDeviceHandle;
  beforeAll(async () => {
    gpu = await openGpuDevice();
  });
  afterAll(() => gpu.close());

  async function convert(
    from: Pick<RawFrame, 'data' | 'layout' | 'color'>,
    to: Pick<RawFrame, 'layout' | 'color'>,
  ): Promise<RawFrame> {
    const plan = withWork({ source: from, target: to, operations: [], upsampling: 'nearest' });
    const backend = await createWebgpuBackend({ plan, device: gpu.device, maxInFlight: 1 });
    const result = await backend.process({ ...from, timestampUs: 0, durationUs: 0, [Symbol.dispose]() {} });
    await backend.close();
    return result;
  }

  test.each(cases)(
    'luma of all colours is exact for $matrix, full range $fullRange',
    async ({ matrix, fullRange }) => {
      const words = Uint32Array.from({ length: COLORS }, (_, color) => color);
      const color: ColorSpace = { ...BT709, matrix, fullRange };
      using result = await convert(
        { data: new Uint8Array(words.buffer), layout: rgba, color: SRGB },
        { layout: nv12, color },
      );
      const luma = result.data.subarray(0, COLORS);
      const [r, g, b] = tenThousandths(matrix);
      const { lumaOffset, lumaScale } = codeRange(8, fullRange);
      // Luma depends on one sum; a table of what each sum gives makes 2^24 comparisons quick.
      const bySum = Uint8Array.from({ length: 255 * 10_000 + 1 }, (_, sum) =>
        roundHalfUp(lumaScale * sum + lumaOffset * 2_550_000, 2_550_000),
      );
      let wrong = 0;
      for (let rgb = 0; rgb < COLORS; rgb += 1) {
        const sum = r * (rgb & 255) + g * ((rgb >> 8) & 255) + b * (rgb >> 16);
        if (luma[rgb] !== bySum[sum]) wrong += 1;
      }
      expect(wrong).toBe(0);
    },
  );

  test.each(cases)(
    'RGB of all triples is exact for $matrix, full range $fullRange',
    async ({ matrix, fullRange }) => {
      // A chroma sample has four pixels: 64 samples of one chroma hold all 256 lumas.
      const data = new Uint8Array(nv12.byteLength);
      const half = SIDE / 2;
      for (let sample = 0; sample < half * half; sample += 1) {
        const [x, y] = [sample % half, Math.floor(sample / half)];
        const [chroma, lumas] = [sample >> 6, (sample & 63) * 4];
        data[COLORS + 2 * sample] = chroma & 255;
        data[COLORS + 2 * sample + 1] = chroma >> 8;
        for (let pixel = 0; pixel < 4; pixel += 1)
          data[(2 * y + (pixel >> 1)) * SIDE + 2 * x + (pixel & 1)] = lumas + pixel;
      }
      const color: ColorSpace = { ...BT709, matrix, fullRange };
      using result = await convert({ data, layout: nv12, color }, { layout: rgba, color: SRGB });

      const [r, g, b] = tenThousandths(matrix);
      const { lumaOffset, lumaScale, chromaOffset, chromaScale } = codeRange(8, fullRange);
      // 255 (luma / lumaScale + 2 (1 - K) chroma / chromaScale) times d, exactly.
      const d = lumaScale * chromaScale * 10_000;
      const lumaPart = Float64Array.from(
        { length: 256 },
        (_, code) => 255 * (code - lumaOffset) * chromaScale * 10_000,
      );
      const chromaPart = (k: number): Float64Array =>
        Float64Array.from(
          { length: 256 },
          (_, code) => 255 * 2 * (10_000 - k) * (code - chromaOffset) * lumaScale,
        );
      const [redPart, bluePart] = [chromaPart(r), chromaPart(b)];
      const byte = (value: number): number => Math.min(Math.max(value, 0), 255);
      const tabled = (part: Float64Array): Uint8Array =>
        Uint8Array.from({ length: 65_536 }, (_, at) =>
          byte(roundHalfUp((lumaPart[at & 255] as number) + (part[at >> 8] as number), d)),
        );
      const [reds, blues] = [tabled(redPart), tabled(bluePart)];
      const pixels = result.data;
      let wrong = 0;
      for (let at = 0; at < COLORS; at += 1) {
        const [x, y] = [at % SIDE, at >> 12];
        const luma = data[at] as number;
        const sample = COLORS + 2 * ((y >> 1) * half + (x >> 1));
        const [cb, cr] = [data[sample] as number, data[sample + 1] as number];
        // G = (Y' - Kr R - Kb B) / Kg of the unrounded R and B: Y' (Kr + Kg + Kb) - …, so luma's part stays whole.
        const green =
          (lumaPart[luma] as number) * g - r * (redPart[cr] as number) - b * (bluePart[cb] as number);
        if (
          pixels[4 * at] !== reds[(cr << 8) | luma] ||
          pixels[4 * at + 1] !== byte(roundHalfUp(green, d * g)) ||
          pixels[4 * at + 2] !== blues[(cb << 8) | luma] ||
          pixels[4 * at + 3] !== 255
        ) {
          wrong += 1;
        }
      }
      expect(wrong).toBe(0);
    },
  );
});
