import { FramerailError } from '@framerail/lifecycle';
import type { ComposedPass } from './compose.js';
import type { PassPlan } from './pass-plan.js';

/** Invocations of a workgroup of every entry point in `shaders/entry`. */
const WORKGROUP_INVOCATIONS = 128;

type CheckedLimit =
  | 'maxBufferSize'
  | 'maxStorageBufferBindingSize'
  | 'maxComputeWorkgroupsPerDimension'
  | 'maxComputeInvocationsPerWorkgroup';

/**
 * Checks that a device is large enough for a plan, before anything is made.
 *
 * @throws FramerailError `E_GPU_LIMIT` with the limit's name, its value and what is needed
 */
export function checkLimits(limits: GPUSupportedLimits, plan: PassPlan): void {
  const sizes = [plan.source.byteLength, plan.targetBytes, ...plan.betweenBytes];
  const needed = Math.max(...sizes);
  expectAtLeast(limits, 'maxBufferSize', needed, 'bytes for one frame');
  expectAtLeast(limits, 'maxStorageBufferBindingSize', needed, 'bytes for one frame');
  expectAtLeast(
    limits,
    'maxComputeInvocationsPerWorkgroup',
    WORKGROUP_INVOCATIONS,
    'invocations in a workgroup',
  );
}

/** The same for what is known only when a pass' shader is composed. */
export function checkPassLimits(limits: GPUSupportedLimits, { workgroups, tables }: ComposedPass): void {
  expectAtLeast(limits, 'maxComputeWorkgroupsPerDimension', Math.max(...workgroups), 'workgroups in a row');
  if (tables !== undefined) {
    expectAtLeast(limits, 'maxBufferSize', tables.byteLength, 'bytes for overlays and scaling tables');
    expectAtLeast(
      limits,
      'maxStorageBufferBindingSize',
      tables.byteLength,
      'bytes for overlays and scaling tables',
    );
  }
}

function expectAtLeast(limits: GPUSupportedLimits, name: CheckedLimit, needed: number, what: string): void {
  const limit = limits[name];
  if (needed <= limit) return;
  throw new FramerailError({
    code: 'E_GPU_LIMIT',
    message:
      `Expected a device with ${name} of at least ${needed} (${what}) but received one with ${limit}; ` +
      'ask the adapter for more in requestDevice, or use another backend',
    details: { limit: name, value: limit, needed },
  });
}
