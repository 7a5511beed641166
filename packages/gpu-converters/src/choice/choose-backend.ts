import { type Clock, FramerailError, isFramerailError, throwIfAborted } from '@framerail/lifecycle';
import type { BackendName, FrameBackend } from '../backends/backend.js';
import type { BackendMeasurement } from './backend-choice.js';
import { type BackendIngredients, makeBackend } from './backend-sources.js';
import { measureBackend } from './measure-backend.js';
import type { Wish } from './wish.js';

/** A backend ready to work, and how it came to be the one. */
export interface ChosenBackend {
  readonly backend: FrameBackend;
  readonly reason: string;
  readonly measurements: readonly BackendMeasurement[];
}

/** A backend that could be made, or why it couldn't. */
type Candidate =
  | { readonly backend: FrameBackend }
  | { readonly name: BackendName; readonly failure: string };

/**
 * Chooses the backend: the one that was insisted on; else the faster of the GPU and the CPU, by a short measurement
 * of the real plan; the only one where there is nothing to measure.
 *
 * @throws FramerailError `E_GPU_UNAVAILABLE`, `E_NATIVE_UNAVAILABLE` when the one insisted on can't be had; `E_ABORTED`
 */
export async function chooseBackend(options: {
  wish: Wish;
  ingredients: BackendIngredients;
  clock: Clock;
  signal: AbortSignal | undefined;
}): Promise<ChosenBackend> {
  const { wish, ingredients } = options;
  if (wish.insistsOn !== undefined) {
    return {
      backend: await insistOn(wish.insistsOn, wish.because, ingredients),
      reason: wish.because,
      measurements: [],
    };
  }
  const gpu = wish.mayUseGpu ? await tryToMake('webgpu', ingredients) : undefined;
  const cpu = await makeCpuBackend(ingredients);
  if (gpu === undefined || 'failure' in gpu) {
    const gpuReason = gpu === undefined ? wish.because : gpu.failure;
    return {
      backend: cpu.backend,
      reason: [gpuReason, cpu.reason].filter(Boolean).join('; '),
      measurements: [],
    };
  }
  try {
    return await measureBoth(gpu.backend, cpu, options);
  } catch (error) {
    await Promise.all([gpu.backend.close(), cpu.backend.close()]);
    throw error;
  }
}

/**
 * Makes the best backend that needs no GPU.
 *
 * @returns the addon's, or the reference with the reason why there is no addon
 */
export async function makeCpuBackend(
  ingredients: BackendIngredients,
): Promise<{ backend: FrameBackend; reason: string }> {
  const native = await tryToMake('native', ingredients);
  if ('backend' in native) return { backend: native.backend, reason: 'the addon converts' };
  return {
    backend: await makeBackend('reference', ingredients),
    reason: `${native.failure}, so plain JavaScript converts`,
  };
}

async function insistOn(
  name: BackendName,
  because: string,
  ingredients: BackendIngredients,
): Promise<FrameBackend> {
  try {
    return await makeBackend(name, ingredients);
  } catch (error) {
    if (!isFramerailError(error)) throw error;
    throw new FramerailError({
      code: error.code,
      message: `Backend ${name} was insisted on (${because}) but ${error.message}`,
      cause: error.cause,
    });
  }
}

async function tryToMake(name: BackendName, ingredients: BackendIngredients): Promise<Candidate> {
  try {
    return { backend: await makeBackend(name, ingredients) };
  } catch (error) {
    return { name, failure: error instanceof Error ? error.message : String(error) };
  }
}

async function measureBoth(
  gpu: FrameBackend,
  cpu: { backend: FrameBackend; reason: string },
  options: { ingredients: BackendIngredients; clock: Clock; signal: AbortSignal | undefined },
): Promise<ChosenBackend> {
  const measurements: BackendMeasurement[] = [];
  const failures: string[] = [];
  const { plan, leases } = options.ingredients;
  for (const backend of [cpu.backend, gpu]) {
    try {
      const toBeatMs = measurements[0]?.msPerFrame;
      const msPerFrame = await measureBackend({ ...options, backend, plan, leases, toBeatMs });
      measurements.push(Object.freeze({ backend: backend.name, msPerFrame }));
    } catch (error) {
      throwIfAborted(options.signal, 'Choosing a backend');
      failures.push(
        `${backend.name} could not be measured: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  const speed = (backend: FrameBackend): number =>
    measurements.find((one) => one.backend === backend.name)?.msPerFrame ?? Number.POSITIVE_INFINITY;
  // Equal speeds, none of both included, leave the frame where it is: in the process's memory.
  const [chosen, other] = speed(gpu) < speed(cpu.backend) ? [gpu, cpu.backend] : [cpu.backend, gpu];
  await other.close();
  const figures = measurements.map(({ backend, msPerFrame }) => `${backend} ${msPerFrame.toFixed(2)} ms`);
  const notes = [
    ...(figures.length === 0 ? [] : [`${chosen.name} was the fastest (${figures.join(', ')} a frame)`]),
    ...failures,
    ...(cpu.backend.name === 'reference' ? [cpu.reason] : []),
  ];
  return { backend: chosen, reason: notes.join('; '), measurements: Object.freeze(measurements) };
}
