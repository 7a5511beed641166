import type { LeaseSource } from '@framerail/lifecycle';
import { FramerailError } from '@framerail/lifecycle';
import type { BackendName, BackendPlan, FrameBackend } from '../backends/backend.js';
import { loadConverter } from '../backends/native/load-converter.js';
import { createNativeBackend, type NativeConverter } from '../backends/native/native-backend.js';
import { createReferenceBackend } from '../backends/reference/reference-backend.js';
import { createWebgpuBackend } from '../backends/webgpu/create-webgpu-backend.js';
import type { GpuAccess } from './gpu-access.js';
import { hasGpu } from './gpu-access.js';

/** What backends are made of. */
export interface BackendIngredients {
  readonly plan: BackendPlan;
  readonly leases: LeaseSource;
  readonly maxInFlight: number;
  /** The caller's; without any there is no webgpu. */
  readonly gpu: GpuAccess;
  /** Why there is no device, if the caller knows. */
  readonly noDeviceBecause?: string | undefined;
  /** The addon; looked for if `undefined`, done without if `false`. */
  readonly native: NativeConverter | false | undefined;
  readonly threads: number | undefined;
}

/**
 * Makes a backend.
 *
 * @throws FramerailError `E_GPU_UNAVAILABLE` or `E_NATIVE_UNAVAILABLE`, whose message is the reason and whose
 *   cause is the failure below, if any
 */
export async function makeBackend(name: BackendName, ingredients: BackendIngredients): Promise<FrameBackend> {
  const { plan, leases, maxInFlight, threads } = ingredients;
  switch (name) {
    case 'webgpu':
      return makeWebgpu(ingredients);
    case 'native': {
      const binding = await findConverter(ingredients.native);
      return createNativeBackend({ plan, leases, binding, threads, maxInFlight });
    }
    case 'reference':
      return createReferenceBackend({ plan, leases });
  }
}

/** What would convert without a GPU. */
export interface CpuIdentity {
  readonly backend: 'native' | 'reference';
  /** The addon's best; empty for JavaScript and for addons that don't say. */
  readonly instructionSet: string;
}

/** Finds out without making a backend. */
export async function cpuIdentity({ native }: BackendIngredients): Promise<CpuIdentity> {
  try {
    const binding: NativeConverter & { instructionSets?(): readonly string[] } = await findConverter(native);
    return { backend: 'native', instructionSet: binding.instructionSets?.()[0] ?? '' };
  } catch {
    return { backend: 'reference', instructionSet: '' };
  }
}

async function makeWebgpu({
  plan,
  gpu,
  noDeviceBecause,
  maxInFlight,
}: BackendIngredients): Promise<FrameBackend> {
  if (!hasGpu(gpu)) {
    throw new FramerailError({
      code: 'E_GPU_UNAVAILABLE',
      message: noDeviceBecause ?? 'no GPU device was given (pass `device`; `openGpuDevice` opens one)',
    });
  }
  try {
    return await createWebgpuBackend({ plan, ...gpu, maxInFlight });
  } catch (cause) {
    throw new FramerailError({
      code: 'E_GPU_UNAVAILABLE',
      message: `the GPU device can't do it: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

async function findConverter(given: NativeConverter | false | undefined): Promise<NativeConverter> {
  if (given === false)
    throw new FramerailError({ code: 'E_NATIVE_UNAVAILABLE', message: 'the addon is turned off' });
  if (given !== undefined) return given;
  const loaded = await loadConverter();
  if (loaded.available) return loaded.binding;
  throw new FramerailError({ code: 'E_NATIVE_UNAVAILABLE', message: loaded.reason });
}
