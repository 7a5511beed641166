import { type Clock, isFramerailError } from '@framerail/lifecycle';
import type { BackendName, BackendPlan } from '../backends/backend.js';
import type { BackendChange } from '../choice/backend-choice.js';
import type { BackendIngredients } from '../choice/backend-sources.js';
import { type ChosenBackend, chooseBackend, makeCpuBackend } from '../choice/choose-backend.js';
import { deviceOf, hasGpu } from '../choice/gpu-access.js';
import type { MeasurementStore } from '../choice/measurement-store.js';
import type { Wish } from '../choice/wish.js';
import type { GpuContext } from '../gpu/context/gpu-context.js';
import { guardDevice } from '../gpu/device-guard.js';
import { BackendLine } from '../processor/backend-line.js';
import { type CompiledShape, shapeBytes } from './compiled-shape.js';

const CHANGES_KEPT = 100;

/** What a {@link ShapeCompiler} is made of. */
export interface ShapeCompilerOptions {
  readonly wish: Wish;
  /** All but the plan. */
  readonly ingredients: Omit<BackendIngredients, 'plan'>;
  readonly clock: Clock;
  /** Where measurements are kept. */
  readonly store: MeasurementStore | undefined;
}

/** Chooses and makes backends for shapes, and remembers that the GPU is gone. */
export class ShapeCompiler {
  readonly #options: ShapeCompilerOptions;
  /** Set when a backend had to be left because its GPU failed. */
  #gpuFailure: string | undefined;
  /** Whether the caller's device was gone already. */
  readonly #wasLostBefore: boolean;
  readonly #context: GpuContext | undefined;
  #onGpuBack = (): void => {};
  #changes: readonly BackendChange[] = Object.freeze([]);

  constructor(options: ShapeCompilerOptions) {
    this.#options = options;
    const { wish, ingredients } = options;
    const device = wish.insistsOn === 'webgpu' ? deviceOf(ingredients.gpu) : undefined;
    this.#wasLostBefore = device !== undefined && guardDevice(device).lost !== undefined;
    this.#context = ingredients.gpu.context ?? ingredients.gpu.scheduler?.context;
  }

  /**
   * Hears when the GPU is back after a loss, on a context that rebuilds: shapes may be made for it again.
   *
   * @returns takes the listener off
   */
  onGpuBack(listener: () => void): () => void {
    this.#onGpuBack = listener;
    return (
      this.#context?.on('rebuilt', () => {
        if (this.#gpuFailure === undefined) return;
        this.#gpuFailure = undefined;
        listener();
      }) ?? (() => {})
    );
  }

  /** Changes of backend, oldest first; the latest so many. */
  get changes(): readonly BackendChange[] {
    return this.#changes;
  }

  /**
   * Makes the backend for a shape.
   *
   * @throws FramerailError `E_GPU_UNAVAILABLE`, `E_NATIVE_UNAVAILABLE`, `E_ABORTED`
   */
  async compile(plan: BackendPlan, signal: AbortSignal): Promise<CompiledShape> {
    const ingredients = { ...this.#options.ingredients, plan };
    const chosen = await this.#choose(ingredients, signal);
    const { backend, ...choice } = chosen;
    const generation = this.#context?.generation;
    const makeNext = async (failure: Error) => {
      // A context may have another device already: then only this shape was on the one that is gone.
      if (this.#context?.generation !== generation) this.#onGpuBack();
      else this.#gpuFailure ??= failure.message;
      return (await makeCpuBackend(ingredients)).backend;
    };
    const line = new BackendLine(backend, makeNext, (change) => {
      this.#changes = Object.freeze([...this.#changes, change].slice(-CHANGES_KEPT));
    });
    return {
      line,
      choice,
      bytesFor: (own) => shapeBytes(own, backend.name, ingredients.maxInFlight),
    };
  }

  /** Which backend a shape that isn't compiled will have, as far as that is decided, and why. */
  expectation(): { readonly backend: BackendName | undefined; readonly reason: string } {
    const { wish, ingredients } = this.#options;
    if (this.#gpuFailure !== undefined)
      return { backend: undefined, reason: `without the GPU, which failed: ${this.#gpuFailure}` };
    if (wish.insistsOn !== undefined) return { backend: wish.insistsOn, reason: wish.because };
    if (!wish.mayUseGpu)
      return { backend: undefined, reason: `${wish.because}: the addon, or plain JavaScript without it` };
    if (!hasGpu(ingredients.gpu)) {
      const why = ingredients.noDeviceBecause ?? 'no GPU device was given';
      return { backend: undefined, reason: `${why}: the addon, or plain JavaScript without it` };
    }
    return { backend: undefined, reason: 'the first frame of this shape decides, by a measurement' };
  }

  async #choose(ingredients: BackendIngredients, signal: AbortSignal): Promise<ChosenBackend> {
    const { wish, clock, store } = this.#options;
    if (this.#gpuFailure !== undefined) return this.#withoutGpu(ingredients, this.#gpuFailure);
    try {
      return await chooseBackend({ wish, ingredients, clock, signal, store });
    } catch (error) {
      // A device that was there when the processor was made: losing it loses no frame, whoever insisted on it.
      const isLost = isFramerailError(error) && isFramerailError(error.cause, 'E_GPU_DEVICE_LOST');
      if (!isLost || this.#wasLostBefore) throw error;
      this.#gpuFailure ??= (error.cause as Error).message;
      return this.#withoutGpu(ingredients, this.#gpuFailure);
    }
  }

  async #withoutGpu(ingredients: BackendIngredients, failure: string): Promise<ChosenBackend> {
    const { wish } = this.#options;
    const cpu = await makeCpuBackend(ingredients);
    const reason = [`the GPU failed before (${failure})`, cpu.reason, wish.because]
      .filter(Boolean)
      .join('; ');
    return { backend: cpu.backend, reason, measurements: [], isRemembered: false };
  }
}
