import {
  BT601,
  BT709,
  type ColorSpace,
  type FrameFormat,
  type FrameLayout,
  frameLayout,
  SRGB,
} from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { loadLayout } from '../src/backends/webgpu/gpu-layout.js';
import { planPasses } from '../src/backends/webgpu/pass-plan.js';
import type { Operation, PreparedOperation } from '../src/index.js';
import { planConversion } from '../src/plan/plan-conversion.js';
import { withWork } from '../src/plan/plan-work.js';

const frame = (format: 'RGBA' | 'NV12' | 'I420', width: number, height: number, color?: ColorSpace) => ({
  layout: frameLayout({ format, width, height }),
  color: color ?? (format === 'RGBA' ? SRGB : BT709),
});
type Frame = ReturnType<typeof frame>;

const passes = (source: Frame, target: Frame, operations: readonly PreparedOperation[] = []) =>
  planPasses(withWork({ source, target, operations, upsampling: 'bilinear' })).passes.map((pass) =>
    pass.kind === 'convert'
      ? [pass.load.format, ...pass.steps.map(({ type }) => type), pass.store.format].join(' ')
      : pass.kind,
  );

const scale = (width: number, height: number) => ({ type: 'scale', width, height }) as const;
const matrix = { type: 'colorMatrix', coefficients: new Int32Array(12) } as const;
const overlay = (x: number, opacity = 255) =>
  ({ type: 'overlay', image: { data: new Uint8Array(64), width: 4, height: 4 }, x, y: 0, opacity }) as const;

describe('the passes of a plan', () => {
  test('are one where a source pixel is needed once', () => {
    const hd = frame('NV12', 1920, 1080);
    expect(passes(frame('RGBA', 1920, 1080), hd)).toEqual(['RGBA NV12']);
    expect(passes(hd, hd, [matrix, overlay(0)])).toEqual(['NV12 colorMatrix overlay NV12']);
    expect(passes(frame('RGBA', 1920, 1080), frame('NV12', 3840, 2160), [scale(3840, 2160), matrix])).toEqual(
      ['RGBA scale colorMatrix NV12'],
    );
  });

  test('are one move between layouts of one colour', () => {
    expect(passes(frame('NV12', 64, 64), frame('I420', 64, 64))).toEqual(['move']);
    const other = frame('I420', 64, 64, { ...BT601, matrix: 'bt470bg' });
    expect(passes(frame('NV12', 64, 64, BT601), other)).toEqual(['move']);
    expect(passes(frame('NV12', 64, 64), other)).toEqual(['NV12 I420']);
  });

  test('are two where a scale would compute its source many times over', () => {
    const up = passes(frame('NV12', 1920, 1080), frame('NV12', 3840, 2160), [scale(3840, 2160), matrix]);
    expect(up).toEqual(['NV12 RGBA', 'RGBA scale colorMatrix NV12']);
    const far = passes(frame('NV12', 3840, 2160), frame('NV12', 320, 180), [scale(320, 180)]);
    expect(far).toEqual(['NV12 scale NV12']);
    const twice = passes(frame('RGBA', 64, 64), frame('RGBA', 64, 64), [scale(32, 32), scale(64, 64)]);
    expect(twice).toEqual(['RGBA scale RGBA', 'RGBA scale RGBA']);
  });

  test('are two for a resampling of many taps, rows before columns', () => {
    const [uhd, hd] = [frame('RGBA', 3840, 2160), frame('NV12', 1920, 1080)];
    const scaled = (filter: 'bilinear' | 'lanczos3', target: FrameFormat) =>
      planPasses(
        planConversion(uhd, target, { operations: [{ type: 'scale', width: 1920, height: 1080, filter }] }),
      );
    expect(scaled('lanczos3', hd).passes.map(({ label }) => label)).toEqual([
      'RGBA → across → SUMS16',
      'SUMS16 → down → NV12',
    ]);
    const half = { layout: frameLayout({ format: 'RGBA16F', width: 1920, height: 1080 }), color: SRGB };
    expect(scaled('lanczos3', half).passes.map(({ label }) => label)).toEqual([
      'RGBA → across → SUMS32',
      'SUMS32 → down → RGBA16F',
    ]);
    expect(scaled('bilinear', hd).passes).toHaveLength(1);
  });

  test('are one for components apart, and two where they are resampled by many taps', () => {
    const of = (format: 'P010' | 'NV12' | 'I444', width: number, height: number): FrameFormat => ({
      layout: frameLayout({ format, width, height }),
      color: BT709,
    });
    const labels = (source: FrameFormat, target: FrameFormat, operations: readonly Operation[] = []) =>
      planPasses(planConversion(source, target, { operations })).passes.map(({ label }) => label);
    expect(labels(of('P010', 3840, 2160), of('NV12', 3840, 2160))).toEqual(['P010 → NV12']);
    expect(labels(of('NV12', 3840, 2160), of('I444', 3840, 2160))).toEqual(['NV12 → resample → I444']);
    const shrink = { type: 'scale', width: 1920, height: 1080, filter: 'lanczos3' } as const;
    expect(labels(of('NV12', 3840, 2160), of('NV12', 1920, 1080), [shrink])).toEqual([
      'NV12 → across → PLANE_SUMS',
      'PLANE_SUMS → down → NV12',
    ]);
  });

  test('say how many bytes they read and write', () => {
    const [pass] = planPasses(planConversion(frame('RGBA', 1920, 1080), frame('NV12', 1920, 1080))).passes;
    expect(pass).toMatchObject({ bytesRead: 1920 * 1080 * 4, bytesWritten: 1920 * 1080 * 1.5 });
  });

  test('end with packing where the rows of the target do not start at whole words', () => {
    expect(passes(frame('RGBA', 854, 480), frame('NV12', 854, 480))).toEqual(['RGBA NV12', 'pack']);
    expect(passes(frame('RGBA', 853, 480), frame('RGBA', 853, 480))).toEqual(['RGBA RGBA']);
    const padded = {
      layout: frameLayout({ format: 'NV12', width: 854, height: 480, alignment: 64 }),
      color: BT709,
    };
    expect(passes(frame('RGBA', 854, 480), padded)).toEqual(['RGBA NV12']);
  });
});

describe('the layout that is uploaded', () => {
  const of = (layout: FrameLayout) => loadLayout(layout);
  test('keeps strides that fit, so that planes are copied whole', () => {
    expect(of(frameLayout({ format: 'NV12', width: 1920, height: 2, alignment: 64 })).planes[0]?.stride).toBe(
      1920,
    );
    expect(
      of(frameLayout({ format: 'NV12', width: 1900, height: 2, alignment: 256 })).planes[0]?.stride,
    ).toBe(2048);
  });
  test('cuts out what is mostly padding, and aligns what is not', () => {
    expect(of(frameLayout({ format: 'NV12', width: 10, height: 2, alignment: 256 })).planes[0]?.stride).toBe(
      12,
    );
    expect(of(frameLayout({ format: 'NV12', width: 853, height: 2 })).planes[0]?.stride).toBe(856);
    expect(of(frameLayout({ format: 'RGBA', width: 853, height: 2 })).planes[0]?.stride).toBe(3424);
  });
});
