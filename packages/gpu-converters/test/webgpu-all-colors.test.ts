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
const i444 = frameLayout({ format: 'I444', width: SIDE, height: SIDE });
/** Every number below 2^24 once: colours as R | G << 8 | B << 16. */
const everyColor = Uint32Array.from({ length: COLORS }, (_, color) => color);
/** The same as planes: Y | Cb << 8 | Cr << 16. */
const everyTriple = Uint8Array.from(
  { length: 3 * COLORS },
  (_, at) => ((at % COLORS) >> (8 * Math.floor(at / COLORS))) & 255,
);

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
    'YCbCr of all colours is exact for $matrix, full range $fullRange',
    async ({ matrix, fullRange }) => {
      const color: ColorSpace = { ...BT709, matrix, fullRange };
      using result = await convert(
        { data: new Uint8Array(everyColor.buffer), layout: rgba, color: SRGB },
        { layout: i444, color },
      );
      const [luma, cb, cr] = [0, 1, 2].map((plane) =>
        result.data.subarray(plane * COLORS, (plane + 1) * COLORS),
      ) as [Uint8Array, Uint8Array, Uint8Array];
      const [r, g, b] = tenThousandths(matrix);
      const { lumaOffset, lumaScale, chromaOffset, chromaScale } = codeRange(8, fullRange);
      const white = 255 * 10_000;
      const byte = (value: number): number => Math.min(Math.max(value, 0), 255);
      // Luma depends on one sum, chroma on one difference; tables of what each gives make 2^24 comparisons quick.
      const lumas = Uint8Array.from({ length: white + 1 }, (_, sum) =>
        roundHalfUp(lumaScale * sum + lumaOffset * white, white),
      );
      const chromas = (k: number): Uint8Array => {
        const below = 2 * (10_000 - k) * 255;
        return Uint8Array.from({ length: 2 * white + 1 }, (_, at) =>
          byte(roundHalfUp(chromaScale * (at - white) + chromaOffset * below, below)),
        );
      };
      const [blues, reds] = [chromas(b), chromas(r)];
      let wrong = 0;
      for (let rgb = 0; rgb < COLORS; rgb += 1) {
        const [red, blue] = [rgb & 255, rgb >> 16];
        const sum = r * red + g * ((rgb >> 8) & 255) + b * blue;
        if (
          luma[rgb] !== lumas[sum] ||
          cb[rgb] !== blues[10_000 * blue - sum + white] ||
          cr[rgb] !== reds[10_000 * red - sum + white]
        ) {
          wrong += 1;
        }
      }
      expect(wrong).toBe(0);
    },
  );

  test.each(cases)(
    'RGB of all triples is exact for $matrix, full range $fullRange',
    async ({ matrix, fullRange }) => {
      const color: ColorSpace = { ...BT709, matrix, fullRange };
      using result = await convert({ data: everyTriple, layout: i444, color }, { layout: rgba, color: SRGB });

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
        const [luma, cb, cr] = [at & 255, (at >> 8) & 255, at >> 16];
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
