import { type Clock, FramerailError, isFramerailError, throwIfAborted } from '@framerail/lifecycle';
import type { BackendName, FrameBackend } from '../backends/backend.js';
import type { BackendChoice, BackendMeasurement } from './backend-choice.js';
import { type BackendIngredients, cpuIdentity, makeBackend } from './backend-sources.js';
import { hasGpu } from './gpu-access.js';
import { measureBackend } from './measure-backend.js';
import { measurementKey } from './measurement-key.js';
import type { MeasurementStore, StoredMeasurement } from './measurement-store.js';
import type { Wish } from './wish.js';

/** A backend ready to work, and how it came to be the one. */
export interface ChosenBackend extends ChoiceBasis {
  readonly backend: FrameBackend;
}

/** What a choice was made by. */
export type ChoiceBasis = Pick<BackendChoice, 'reason' | 'measurements' | 'measuredAt' | 'isRemembered'>;

/** Options of {@link chooseBackend}. */
export interface ChooseBackendOptions {
  readonly wish: Wish;
  readonly ingredients: BackendIngredients;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Where measurements are kept; without it they are made anew. */
  readonly store?: MeasurementStore | undefined;
  /** Milliseconds since 1970; default the system's. */
  readonly now?: (() => number) | undefined;
}

/** A backend that could be made, or why it couldn't. */
type Candidate =
  | { readonly backend: FrameBackend }
  | { readonly name: BackendName; readonly failure: string };

/**
 * Chooses the backend: the one that was insisted on; else the faster of the GPU and the CPU, by measurements that were
 * kept or by a short one of the real plan; the only one where there is nothing to measure.
 *
 * @throws FramerailError `E_GPU_UNAVAILABLE`, `E_NATIVE_UNAVAILABLE` when the one insisted on can't be had; `E_ABORTED`
 */
export async function chooseBackend(options: ChooseBackendOptions): Promise<ChosenBackend> {
  const { wish, ingredients, store } = options;
  const unmeasured = { measurements: [], isRemembered: false };
  if (wish.insistsOn !== undefined) {
    const backend = await insistOn(wish.insistsOn, wish.because, ingredients);
    return { backend, reason: wish.because, ...unmeasured };
  }
  const key =
    wish.mayUseGpu && store !== undefined && hasGpu(ingredients.gpu)
      ? measurementKey(ingredients, await cpuIdentity(ingredients))
      : undefined;
  const kept = key === undefined ? undefined : await store?.recall(key).catch(() => undefined);
  throwIfAborted(options.signal, 'Choosing a backend');
  const isCpuFaster = kept !== undefined && fastest(kept.measurements) !== 'webgpu';
  const gpu = wish.mayUseGpu && !isCpuFaster ? await tryToMake('webgpu', ingredients) : undefined;
  if (kept !== undefined && gpu !== undefined && 'backend' in gpu)
    return { backend: gpu.backend, ...remembered(kept, store) };
  const cpu = await makeCpuBackend(ingredients);
  if (kept !== undefined && isCpuFaster) return { backend: cpu.backend, ...remembered(kept, store) };
  if (gpu === undefined || 'failure' in gpu) {
    const gpuReason = gpu === undefined ? wish.because : gpu.failure;
    const reason = [gpuReason, cpu.reason].filter(Boolean).join('; ');
    return { backend: cpu.backend, reason, ...unmeasured };
  }
  try {
    const chosen = await measureBoth(gpu.backend, cpu, options);
    const { measurements } = chosen;
    const measuredAtMs = (options.now ?? Date.now)();
    // A failed measurement may have had reasons that pass, such as memory that was all in use.
    if (key !== undefined && measurements.length === 2)
      await store?.keep(key, { measurements, measuredAtMs }).catch(() => {});
    return { ...chosen, measuredAt: new Date(measuredAtMs).toISOString() };
  } catch (error) {
    await Promise.all([gpu.backend.close(), cpu.backend.close()]);
    throw error;
  }
}

function remembered(kept: StoredMeasurement, store: MeasurementStore | undefined): ChoiceBasis {
  const { measurements, measuredAtMs } = kept;
  const measuredAt = new Date(measuredAtMs).toISOString();
  const reason = `${fastest(measurements)} was the fastest (${figures(measurements)} a frame) when this was measured, ${measuredAt.slice(0, 10)} (kept in ${store?.place})`;
  return { reason, measurements, measuredAt, isRemembered: true };
}

/** Equal speeds leave the frame where it is: in the process's memory. */
function fastest(measurements: readonly BackendMeasurement[]): BackendName | undefined {
  const place = ({ backend }: BackendMeasurement): number => (backend === 'webgpu' ? 1 : 0);
  const order = [...measurements].sort((a, b) => a.msPerFrame - b.msPerFrame || place(a) - place(b));
  return order[0]?.backend;
}

const figures = (measurements: readonly BackendMeasurement[]): string =>
  measurements.map(({ backend, msPerFrame }) => `${backend} ${msPerFrame.toFixed(2)} ms`).join(', ');

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
  options: ChooseBackendOptions,
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
  const [chosen, other] =
    fastest(measurements) === 'webgpu' ? [gpu, cpu.backend] : ([cpu.backend, gpu] as const);
  await other.close();
  const notes = [
    ...(measurements.length === 0
      ? []
      : [`${chosen.name} was the fastest (${figures(measurements)} a frame)`]),
    ...failures,
    ...(cpu.backend.name === 'reference' ? [cpu.reason] : []),
  ];
  return {
    backend: chosen,
    reason: notes.join('; '),
    measurements: Object.freeze(measurements),
    isRemembered: false,
  };
}
