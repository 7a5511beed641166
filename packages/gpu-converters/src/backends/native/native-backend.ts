import { FramerailError, type LeaseSource } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { NativeBinding, NativeProcessOptions } from '@framerail/native';
import type { BackendPlan, BackendProcessOptions, BackendStats, FrameBackend } from '../backend.js';
import { FrameCounter } from '../frame-counter.js';
import { leasedResult } from '../leased-result.js';
import { Turnstile } from '../turnstile.js';
import { nativeColor, nativeImage, nativeOperations } from './native-images.js';

/** The part of the addon that converts. */
export type NativeConverter = Pick<NativeBinding, 'process'>;

/** Options of {@link createNativeBackend}. */
export interface NativeBackendOptions {
  /** What every frame has to go through. */
  readonly plan: BackendPlan;
  /** The addon, as `loadNative` of `@framerail/native` gives it. */
  readonly binding: NativeConverter;
  /** Where results come from. */
  readonly leases: LeaseSource;
  /** Threads that share the rows of a frame; default: all that the machine runs at once. */
  readonly threads?: number | undefined;
  /** Frames given to the addon at once; default 3. */
  readonly maxInFlight?: number | undefined;
}

/**
 * Makes the backend on the addon's kernels: off the event loop, rows split over threads.
 *
 * @param options - plan, addon and memory
 */
export function createNativeBackend(options: NativeBackendOptions): FrameBackend {
  return new NativeBackend(options);
}

class NativeBackend implements FrameBackend {
  readonly name = 'native';
  readonly maxInFlight: number;
  readonly #plan: BackendPlan;
  readonly #binding: NativeConverter;
  readonly #leases: LeaseSource;
  readonly #threads: { readonly threads?: number };
  readonly #fixed: Omit<NativeProcessOptions, 'source' | 'target'>;
  readonly #turns: Turnstile;
  readonly #counter = new FrameCounter();

  constructor({ plan, binding, leases, threads, maxInFlight = 3 }: NativeBackendOptions) {
    this.#plan = plan;
    this.#binding = binding;
    this.#leases = leases;
    this.maxInFlight = maxInFlight;
    this.#turns = new Turnstile(maxInFlight, 'The native backend');
    this.#threads = threads === undefined ? {} : { threads };
    this.#fixed = this.#withPlan(plan);
  }

  process(frame: RawFrame, { signal, plan = this.#plan }: BackendProcessOptions = {}): Promise<RawFrame> {
    return this.#counter.count(async () => {
      await this.#turns.enter(signal);
      try {
        const { source, target } = plan;
        const fixed = plan === this.#plan ? this.#fixed : this.#withPlan(plan);
        return await leasedResult({
          leases: this.#leases,
          target,
          source: frame,
          signal,
          fill: (data) =>
            this.#run({
              ...fixed,
              source: nativeImage(frame.data, source.layout),
              target: nativeImage(data, target.layout),
            }),
        });
      } finally {
        this.#turns.leave();
      }
    });
  }

  stats(): BackendStats {
    return this.#counter.stats();
  }

  async close(): Promise<void> {
    this.#turns.close();
    await this.#counter.whenIdle();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #withPlan(plan: BackendPlan): Omit<NativeProcessOptions, 'source' | 'target'> {
    return {
      sourceColor: nativeColor(plan.source),
      operations: nativeOperations(plan.operations),
      targetColor: nativeColor(plan.target),
      upsampling: plan.upsampling,
      ...this.#threads,
    };
  }

  async #run(options: NativeProcessOptions): Promise<void> {
    try {
      await this.#binding.process(options);
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new FramerailError({
        code: 'E_NATIVE_FAILED',
        message: `The addon did not convert a frame: ${words}`,
        cause,
      });
    }
  }
}
