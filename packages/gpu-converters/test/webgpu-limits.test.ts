import { BT709, frameLayout, SRGB } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { checkLimits } from '../src/backends/webgpu/limits.js';
import { planPasses } from '../src/backends/webgpu/pass-plan.js';
import type { PreparedOperation } from '../src/operations/prepared-operation.js';
import { withWork } from '../src/plan/plan-work.js';

/** What every device of WebGPU has. */
const LEAST = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeInvocationsPerWorkgroup: 256,
} as GPUSupportedLimits;

const check = (
  { width, height }: { width: number; height: number },
  operations: readonly PreparedOperation[] = [],
  limits: Partial<GPUSupportedLimits> = {},
): void => {
  const last = operations.findLast((step) => 'width' in step);
  const size = last !== undefined && 'width' in last ? last : { width, height };
  const source = { layout: frameLayout({ format: 'RGBA', width, height }), color: SRGB };
  const target = {
    layout: frameLayout({ format: 'NV12', width: size.width, height: size.height }),
    color: BT709,
  };
  checkLimits(
    { ...LEAST, ...limits },
    planPasses(withWork({ source, target, operations, upsampling: 'nearest' })),
  );
};
const lacking = (limit: string, needed: number) =>
  expect.objectContaining({ code: 'E_GPU_LIMIT', details: expect.objectContaining({ limit, needed }) });

describe('a device with the least limits', () => {
  test('is enough for 4K, and for rows and columns of the longest side', () => {
    check({ width: 3840, height: 2160 });
    check({ width: 65_535, height: 1 });
    check({ width: 1, height: 65_535 });
  });

  test('is too small for 8K, and one with larger bindings alone is too', () => {
    const needed = 8192 * 4320 * 4;
    expect(() => check({ width: 8192, height: 4320 })).toThrow(
      lacking('maxStorageBufferBindingSize', needed),
    );
    const limits = { maxStorageBufferBindingSize: needed, maxBufferSize: needed - 1 };
    expect(() => check({ width: 8192, height: 4320 }, [], limits)).toThrow(lacking('maxBufferSize', needed));
    check({ width: 8192, height: 4320 }, [], { ...limits, maxBufferSize: needed });
  });

  test('is too small for a cube or a picture that is larger than a binding', () => {
    const size = 129;
    const cube = { type: 'lut3d', size, entries: new Uint16Array(3 * size ** 3) } as const;
    check({ width: 64, height: 64 }, [cube]);
    // Two words a node, behind a head of four numbers.
    const needed = Math.ceil((2 * size ** 3) / 4) * 16 + 16;
    const limits = { maxStorageBufferBindingSize: 2 ** 20 };
    expect(() => check({ width: 64, height: 64 }, [cube], limits)).toThrow(
      lacking('maxStorageBufferBindingSize', needed),
    );
    const image = { data: new Uint8Array(0), width: 6000, height: 6000 };
    const overlay = { type: 'overlay', image, x: 0, y: 0, opacity: 255 } as const;
    expect(() => check({ width: 64, height: 64 }, [overlay])).toThrow('overlays and scaling tables');
  });

  test('is too small for more workgroups than it dispatches', () => {
    const limits = { maxComputeWorkgroupsPerDimension: 100 };
    expect(() => check({ width: 64, height: 1700 }, [], limits)).toThrow(
      lacking('maxComputeWorkgroupsPerDimension', 107),
    );
    expect(() => check({ width: 64, height: 64 }, [], { maxComputeInvocationsPerWorkgroup: 64 })).toThrow(
      lacking('maxComputeInvocationsPerWorkgroup', 128),
    );
  });
});
