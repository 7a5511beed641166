import { expectInteger, type FramerailError } from '@framerail/lifecycle';
import { guardDevice } from '../../gpu/device-guard.js';
import { gpuError, withErrorScopes } from '../../gpu/gpu-errors.js';
import { GPU_USAGE } from '../../gpu/gpu-flags.js';
import type { BackendPlan, FrameBackend } from '../backend.js';
import type { ComposedPass } from './compose.js';
import { gpuPlanOf } from './gpu-plan.js';
import { checkLimits, checkPassLimits } from './limits.js';
import { type PassPlan, planPasses } from './pass-plan.js';
import { type PreparedPass, preparePass } from './pipelines.js';
import { composePasses, createPlanTables } from './plan-tables.js';
import { createSlot } from './slot.js';
import { runWebgpuBackend } from './webgpu-backend.js';

/** Options of {@link createWebgpuBackend}. */
export interface WebgpuBackendOptions {
  /** What to do with every frame; `planConversion` makes and checks it. */
  readonly plan: BackendPlan;
  /** The caller's; it is neither destroyed nor changed, but see decision 0036 for `destroy`. */
  readonly device: GPUDevice;
  /**
   * Frames on the GPU and results that are out, together: each has buffers of its own for upload, source, target
   * and readback. 1 to 64, default 3, which is what keeps upload, computing and readback busy.
   */
  readonly maxInFlight?: number | undefined;
}

const DEFAULT_SLOTS = 3;
const MOST_SLOTS = 64;

/**
 * Makes a backend that converts on a GPU device: one upload, one command encoder, one readback a frame.
 * Results are mapped GPU memory, not copies; when all slots are out, `process` waits until a result is disposed.
 *
 * @throws FramerailError `E_GPU_UNSUPPORTED` for a format without shaders, `E_GPU_LIMIT` for a device too small,
 *   `E_GPU_DEVICE_LOST`, `E_GPU_SHADER`, `E_GPU_OUT_OF_MEMORY`, `E_GPU_VALIDATION`, `E_GPU_INTERNAL`,
 *   `E_INVALID_ARGUMENT`
 */
export async function createWebgpuBackend(options: WebgpuBackendOptions): Promise<FrameBackend> {
  const { plan, device, maxInFlight = DEFAULT_SLOTS } = options;
  expectInteger('maxInFlight', maxInFlight, { min: 1, max: MOST_SLOTS });
  const gpuPlan = gpuPlanOf(plan);
  const passPlan = planPasses(gpuPlan);
  checkLimits(device.limits, passPlan);
  const guard = guardDevice(device);
  if (guard.lost !== undefined) throw guard.lost;
  const lost = { error: undefined as FramerailError | undefined };
  const detach = guard.attach((error) => {
    lost.error = error;
  });
  const made: { destroy(): void }[] = [];
  try {
    const composed = composePasses(device, passPlan, gpuPlan.upsampling);
    const passes = await compileAll(device, composed, made);
    const slots = await createSlots(device, passPlan, passes, maxInFlight, made);
    if (lost.error !== undefined) throw lost.error;
    const destroyShared = (): void => {
      for (const one of made.splice(0)) one.destroy();
    };
    const tables = createPlanTables({ device, plan, composed, prepared: passes });
    return runWebgpuBackend({ plan, guard, slots, tables, destroyShared });
  } catch (error) {
    for (const one of made) one.destroy();
    // A device that goes while things are made on it makes all kinds of errors.
    throw lost.error ?? error;
  } finally {
    detach();
  }
}

async function compileAll(
  device: GPUDevice,
  composed: readonly ComposedPass[],
  made: { destroy(): void }[],
): Promise<PreparedPass[]> {
  const passes: PreparedPass[] = [];
  for (const pass of composed) {
    checkPassLimits(device.limits, pass);
    const prepared = await preparePass(device, pass);
    if (prepared.tables !== undefined) made.push(prepared.tables);
    passes.push(prepared);
  }
  return passes;
}

async function createSlots(
  device: GPUDevice,
  plan: PassPlan,
  passes: readonly PreparedPass[],
  count: number,
  made: { destroy(): void }[],
) {
  const { value: slots, error } = withErrorScopes(device, ['validation', 'out-of-memory', 'internal'], () => {
    const between = plan.betweenBytes.map((size, index) => {
      const buffer = device.createBuffer({
        label: `framerail between ${index}`,
        size,
        usage: GPU_USAGE.STORAGE,
      });
      made.push(buffer);
      return buffer;
    });
    return Array.from({ length: count }, (_, index) => createSlot({ device, plan, passes, between, index }));
  });
  const refusal = await error;
  if (refusal === undefined) return slots;
  for (const slot of slots) slot.destroy();
  throw gpuError(refusal, `${count} slots of ${plan.source.byteLength + plan.targetBytes} bytes twice over`);
}
