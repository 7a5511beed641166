import { FramerailError } from '@framerail/lifecycle';
import { workgroupsOf } from './compose.js';
import type { PassPlan } from './pass-plan.js';
import { tablesOf } from './step-tables.js';

/** Invocations of a workgroup of every entry point in `shaders/entry`. */
const WORKGROUP_INVOCATIONS = 128;

type CheckedLimit =
  | 'maxBufferSize'
  | 'maxStorageBufferBindingSize'
  | 'maxComputeWorkgroupsPerDimension'
  | 'maxComputeInvocationsPerWorkgroup';

/**
 * Checks that a device is large enough for a plan, before anything is made: frames, what lies between passes, pictures
 * and tables, dispatches.
 *
 * @throws FramerailError `E_GPU_LIMIT` with the limit's name, its value and what is needed
 */
export function checkLimits(limits: GPUSupportedLimits, plan: PassPlan): void {
  const sizes = [plan.source.byteLength, plan.targetBytes, ...plan.betweenBytes];
  expectBuffer(limits, Math.max(...sizes), 'bytes for one frame');
  expectAtLeast(
    limits,
    'maxComputeInvocationsPerWorkgroup',
    WORKGROUP_INVOCATIONS,
    'invocations in a workgroup',
  );
  const most = limits.maxComputeWorkgroupsPerDimension;
  for (const pass of plan.passes) {
    checkTableBytes(limits, tablesOf(pass)?.byteLength ?? 0);
    const workgroups = Math.max(...workgroupsOf(pass, most));
    expectAtLeast(limits, 'maxComputeWorkgroupsPerDimension', workgroups, 'workgroups in a row');
  }
}

/**
 * Checks that a device is large enough for the tables of a pass.
 *
 * @throws FramerailError `E_GPU_LIMIT`
 */
export function checkTableBytes(limits: GPUSupportedLimits, needed: number): void {
  expectBuffer(limits, needed, 'bytes for overlays and scaling tables');
}

function expectBuffer(limits: GPUSupportedLimits, needed: number, what: string): void {
  expectAtLeast(limits, 'maxBufferSize', needed, what);
  expectAtLeast(limits, 'maxStorageBufferBindingSize', needed, what);
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
