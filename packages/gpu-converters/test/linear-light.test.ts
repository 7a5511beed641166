import {
  BT709,
  type ColorSpace,
  type FrameFormat,
  frameLayout,
  type RawFrame,
  SRGB,
} from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { transferCurve } from '../src/color/transfer-curves.js';
import { halfToNumber, numberToHalf } from '../src/exact/half-float.js';
import { convertFrame, createFrameProcessor, type Operation, planConversion } from '../src/index.js';
import { coded, watchedPool } from './frames.js';

const BACKENDS = ['reference', ...(requireProgram('addon') ? (['native'] as const) : [])] as const;
const LINEAR: ColorSpace = { ...SRGB, transfer: 'linear' };
const COUNT = 1024;

function format(name: FrameFormat['layout']['format'], color: ColorSpace, width = COUNT): FrameFormat {
  return { layout: frameLayout({ format: name, width, height: 1 }), color };
}

function frameOf(of: FrameFormat, data: Uint8Array): RawFrame {
  return { ...of, data, timestampUs: 0, durationUs: 0, [Symbol.dispose]() {} };
}

/** Greys of half floats from 0 to 1. */
const shares = Array.from({ length: COUNT }, (_, index) => (index / (COUNT - 1)) ** 2);
const halves = Uint16Array.from(shares.flatMap((share) => [share, share, share, 1].map(numberToHalf)));

async function convert(
  from: FrameFormat,
  to: FrameFormat,
  data: Uint8Array,
  backend: (typeof BACKENDS)[number],
  operations: readonly Operation[] = [],
): Promise<Uint8Array> {
  using result = await convertFrame({ frame: frameOf(from, data), target: to, backend, operations });
  return result.data.slice();
}

describe.each(BACKENDS)('linear light (%s)', (backend) => {
  test.each(['iec61966-2-1', 'bt709'] as const)('becomes codes of %s', async (transfer) => {
    const { toCode } = transferCurve(transfer);
    const from = format('RGBA16F', LINEAR);
    const made = await convert(
      from,
      format('RGBA', { ...SRGB, transfer }),
      new Uint8Array(halves.buffer),
      backend,
    );
    for (let index = 0; index < COUNT; index += 1) {
      const expected = 255 * toCode(halfToNumber(halves[4 * index] as number));
      expect(Math.abs((made[4 * index] as number) - expected)).toBeLessThan(0.6);
      expect(made[4 * index + 3]).toBe(255);
    }
  });

  test.each(['iec61966-2-1', 'bt709'] as const)(
    'comes of codes of %s, and goes back to them',
    async (transfer) => {
      const codes = format('RGBA', { ...SRGB, transfer }, 256);
      const light = format('RGBA16F', LINEAR, 256);
      const data = Uint8Array.from({ length: 1024 }, (_, index) => (index % 4 === 3 ? 255 : index >> 2));
      const made = await convert(codes, light, data, backend);
      const { toLight } = transferCurve(transfer);
      const words = new Uint16Array(made.buffer);
      for (let code = 0; code < 256; code += 1)
        expect(Math.abs(halfToNumber(words[4 * code] as number) - toLight(code / 255))).toBeLessThan(
          1 / 2048,
        );
      expect(await convert(light, codes, made, backend)).toEqual(data);
    },
  );

  test('becomes video, with operations on its codes', async () => {
    const from = format('RGBA16F', LINEAR);
    const to = format('NV12', BT709);
    const { toCode } = transferCurve('bt709');
    const made = await convert(from, to, new Uint8Array(halves.buffer), backend, [
      { type: 'color', exposure: 1 },
    ]);
    for (let index = 0; index < COUNT; index += 1) {
      const light = Math.min(2 * halfToNumber(halves[4 * index] as number), 1);
      expect(Math.abs((made[index] as number) - (16 + 219 * toCode(light)))).toBeLessThan(1);
    }
  });

  test('of other primaries keeps its greys', async () => {
    const from = format('RGBA16F', { ...LINEAR, primaries: 'bt2020' });
    const made = await convert(from, format('RGBA', SRGB), new Uint8Array(halves.buffer), backend);
    const { toCode } = transferCurve('iec61966-2-1');
    for (let index = 0; index < COUNT; index += 1) {
      const expected = 255 * toCode(halfToNumber(halves[4 * index] as number));
      for (let channel = 0; channel < 3; channel += 1)
        expect(Math.abs((made[4 * index + channel] as number) - expected)).toBeLessThan(1);
    }
  });
});

test('linear to linear is nothing but a conversion of formats, and says what it does otherwise', () => {
  expect(planConversion(format('RGBA16F', LINEAR), format('RGBA', LINEAR)).operations).toEqual([]);
  const { passes, operations } = planConversion(format('RGBA16F', LINEAR), format('RGBA', SRGB));
  expect(passes.map(({ label }) => label)).toEqual(['RGBA16F → curve → RGBA']);
  expect(operations.map(({ type }) => type)).toEqual(['curves']);
});

test('a frame of linear light is none of codes', async () => {
  const source = format('RGBA16F', SRGB);
  await using processor = await createFrameProcessor({
    source,
    target: format('RGBA', SRGB),
    leases: watchedPool(),
    backend: 'reference',
  });
  const frame = frameOf(format('RGBA16F', LINEAR), new Uint8Array(source.layout.byteLength));
  await expect(processor.process(frame)).rejects.toThrow(coded('E_INVALID_ARGUMENT', 'transfer'));
});
