import { invalidArgument } from '@framerail/lifecycle';
import type { WebgpuBackendOptions } from '../backends/webgpu/create-webgpu-backend.js';

/** How frames reach a GPU: one of `device`, `context` and `scheduler`, or none. */
export type GpuAccess = Pick<WebgpuBackendOptions, 'device' | 'context' | 'scheduler' | 'scheduling'>;

/**
 * Takes what of some options is about the GPU.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` for more than one of them, and for what is none
 */
export function gpuAccess(options: GpuAccess): GpuAccess {
  const { device, context, scheduler, scheduling } = options;
  const given = [device, context, scheduler].filter((one) => one !== undefined);
  if (given.length > 1)
    throw invalidArgument('device', 'one of device, context and scheduler, or none', given.length);
  expectObject('device', 'a GPUDevice', device);
  expectObject('context', 'a GpuContext', context);
  expectObject('scheduler', 'a GpuScheduler', scheduler);
  return {
    ...(device === undefined ? {} : { device }),
    ...(context === undefined ? {} : { context }),
    ...(scheduler === undefined ? {} : { scheduler, ...(scheduling === undefined ? {} : { scheduling }) }),
  };
}

/** Nothing of it is read: a choice without the GPU leaves it alone. */
function expectObject(name: string, expected: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'object' || value === null))
    throw invalidArgument(name, expected, value);
}

/** Whether there is any. */
export function hasGpu({ device, context, scheduler }: GpuAccess): boolean {
  return device !== undefined || context !== undefined || scheduler !== undefined;
}

/** The device, as far as there is one right now. */
export function deviceOf({ device, context, scheduler }: GpuAccess): GPUDevice | undefined {
  if (device !== undefined) return device;
  try {
    return (context ?? scheduler?.context)?.device;
  } catch {
    // Lost, being rebuilt, or disposed: making a backend on it will say so.
    return undefined;
  }
}
