import { createBufferPool } from '@framerail/buffer-pool';
import type { FrameFormat } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { BackendPlan } from '../src/backends/backend.js';
import { createNativeBackend } from '../src/backends/native/native-backend.js';
import { numberToHalf } from '../src/exact/half-float.js';
import { type GpuDeviceHandle, openGpuDevice } from '../src/gpu/open-device.js';
import type { FixedForm } from '../src/plan/work.js';
import { carryOut, conversionPlan, formatOf, frameOf } from './convert-with.js';
import { runPasses } from './run-passes.js';

/** What chroma adds to a sum, in columns of two pixels: whole units by Cb, and 16 of 65,536ths by Cr. */
const BESIDE = [-1, -1 / 4096, 0, 1 / 4096, 1] as const;
const SOURCE = formatOf('I420P10', { width: 2 * BESIDE.length, height: 1024 });
const TARGET = formatOf('RGBA16F', { width: 2 * BESIDE.length, height: 1024 });

/** Luma is the row, from 0 to 1023; chroma is the column's. */
function ladder({ layout }: FrameFormat): Uint8Array {
  const data = new Uint8Array(layout.byteLength);
  const view = new DataView(data.buffer);
  const put = (plane: number, x: number, y: number, code: number): void => {
    const { offset, stride } = layout.planes[plane] as FrameFormat['layout']['planes'][number];
    view.setUint16(offset + y * stride + 2 * x, code, true);
  };
  for (let y = 0; y < layout.height; y += 1) {
    for (let x = 0; x < layout.width; x += 1) put(0, x, y, y);
    for (const [x, beside] of BESIDE.entries()) {
      put(1, x, y >> 1, 512 + Math.trunc(beside));
      put(2, x, y >> 1, 512 + 4096 * (beside - Math.trunc(beside)));
    }
  }
  return data;
}

/** Halves from 2^(exponent - 28) on, or those below 2^-14: 1024 boundaries between them, one for each code of luma. */
interface Binade {
  readonly exponent: number;
  readonly isSubnormal: boolean;
}

const BINADES: readonly Binade[] = [
  { exponent: 14, isSubnormal: true },
  ...Array.from({ length: 14 }, (_, index) => ({ exponent: 14 + index, isSubnormal: false })),
];

/** Halfway between two halves, in 2^-28ths. */
const tieOf = ({ exponent, isSubnormal }: Binade, luma: number): number =>
  2 ** (exponent - 10) * (luma + (isSubnormal ? 0 : 1024) + 1 / 2);

/** A form whose rows are the ties of three binades where chroma is 512. */
function formOf(binades: readonly Binade[]): FixedForm {
  const rows = binades.map((binade) => ({
    // A code of Cb is 16 · 4096 65,536ths, one of Cr is 16; what 512 of them are is taken off again.
    coefficients: [2 ** (binade.exponent - 10), 0, 0, tieOf(binade, 0) - 512 - 1],
    fractions: [0, 4096, 1, 65_536 - 16 * 512],
  }));
  return {
    shift: 28,
    coefficients: Int32Array.from(rows.flatMap(({ coefficients }) => coefficients)),
    fractions: Uint16Array.from(rows.flatMap(({ fractions }) => fractions)),
  };
}

async function checkBoundaries(convert: (plan: BackendPlan, data: Uint8Array) => Promise<Uint8Array>) {
  const data = ladder(SOURCE);
  for (let first = 0; first < BINADES.length; first += 3) {
    const binades = BINADES.slice(first, first + 3);
    const plan = conversionPlan(SOURCE, TARGET, { upsampling: 'nearest' });
    expect(plan.work).toMatchObject({ kind: 'pixels', loadsHalfs: true, load: { shift: 28 } });
    const work = { ...plan.work, load: formOf(binades) } as BackendPlan['work'];
    const made = await convert({ ...plan, work }, data);
    const halfs = new Uint16Array(made.buffer, made.byteOffset, made.byteLength / 2);
    const expected = Uint16Array.from({ length: halfs.length }, (_, index) => {
      const [channel, x, y] = [
        index % 4,
        (index >> 2) % SOURCE.layout.width,
        Math.floor(index / 4 / SOURCE.layout.width),
      ];
      const binade = binades[channel];
      if (binade === undefined) return numberToHalf(1);
      return numberToHalf((tieOf(binade, y) + (BESIDE[x >> 1] as number)) / 2 ** 28);
    });
    expect(halfs).toEqual(expected);
  }
}

describe('codes become half floats rounded to the nearest, ties to even, on every boundary and beside it', () => {
  test('by the reference', () => checkBoundaries(async (plan, data) => carryOut(plan, data)));

  test.runIf(requireProgram('addon'))('by the addon, with all instruction sets', async () => {
    const addon = (await import('@framerail/native')).loadNative();
    if (!addon.available) throw new Error(addon.reasons.join('\n'));
    const { binding } = addon;
    for (const instructionSet of binding.instructionSets()) {
      await checkBoundaries(async (plan, data) => {
        const leases = createBufferPool({ maxBytes: 1 << 22, name: 'boundaries' });
        await using backend = createNativeBackend({ plan, leases, binding, instructionSet });
        using result = await backend.process(frameOf(plan.source, data));
        return result.data.slice();
      });
    }
  });

  describe.runIf(requireProgram('webgpu'))('by shaders', () => {
    let gpu: GpuDeviceHandle;
    beforeAll(async () => {
      gpu = await openGpuDevice();
    });
    afterAll(() => gpu.close());

    test('of all forms', () =>
      checkBoundaries((plan, data) => runPasses(gpu.device, plan, frameOf(plan.source, data))));
  });
});
