import { expectObject, FramerailError, type LeaseSource } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type {
  NativeBinding,
  NativeFrameOptions,
  NativeInstructionSet,
  NativeProgram,
} from '@framerail/native';
import type { BackendPlan, BackendProcessOptions, BackendStats, FrameBackend } from '../backend.js';
import { FrameCounter } from '../frame-counter.js';
import { leasedResult } from '../leased-result.js';
import { Turnstile } from '../turnstile.js';
import { nativeImage, nativeProgram } from './native-images.js';

/** The most threads that the addon takes. */
export const MOST_THREADS = 1024;

/** The part of the addon that converts. */
export type NativeConverter = Pick<NativeBinding, 'prepare'>;

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
  /** Default: the best that the processor has; all give the same bytes. */
  readonly instructionSet?: NativeInstructionSet | undefined;
}

/**
 * Makes the backend on the addon's kernels: off the event loop, rows split over threads. A plan's tables are given to
 * the addon once.
 *
 * @param options - plan, addon and memory
 * @throws FramerailError `E_NATIVE_FAILED` for a plan that doesn't fit together
 */
export function createNativeBackend(options: NativeBackendOptions): FrameBackend {
  expectObject('options', options);
  expectObject('plan', options.plan, 'a plan of planConversion');
  return new NativeBackend(options);
}

class NativeBackend implements FrameBackend {
  readonly name = 'native';
  readonly maxInFlight: number;
  readonly #plan: BackendPlan;
  readonly #binding: NativeConverter;
  readonly #leases: LeaseSource;
  readonly #fixed: Pick<NativeFrameOptions, 'threads' | 'instructionSet'>;
  /** Plans that frames came with, prepared; of its own plan as long as the backend lives. */
  readonly #programs = new WeakMap<BackendPlan, NativeProgram>();
  readonly #turns: Turnstile;
  readonly #counter = new FrameCounter();

  constructor({ plan, binding, leases, threads, maxInFlight = 3, instructionSet }: NativeBackendOptions) {
    this.#plan = plan;
    this.#binding = binding;
    this.#leases = leases;
    this.maxInFlight = maxInFlight;
    this.#turns = new Turnstile(maxInFlight, 'The native backend');
    this.#fixed = {
      ...(threads === undefined ? {} : { threads }),
      ...(instructionSet === undefined ? {} : { instructionSet }),
    };
    this.#programOf(plan);
  }

  process(frame: RawFrame, options: BackendProcessOptions = {}): Promise<RawFrame> {
    const { signal, plan = this.#plan, leases = this.#leases } = options;
    return this.#counter.count(async () => {
      await this.#turns.enter(signal);
      try {
        const { source, target } = plan;
        const program = this.#programOf(plan);
        return await leasedResult({
          leases,
          target,
          source: frame,
          signal,
          fill: (data) =>
            this.#run(program, {
              ...this.#fixed,
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

  #programOf(plan: BackendPlan): NativeProgram {
    const known = this.#programs.get(plan);
    if (known !== undefined) return known;
    try {
      const program = this.#binding.prepare(nativeProgram(plan));
      this.#programs.set(plan, program);
      return program;
    } catch (cause) {
      throw nativeFailure('take a plan', cause);
    }
  }

  async #run(program: NativeProgram, options: NativeFrameOptions): Promise<void> {
    try {
      await program.process(options);
    } catch (cause) {
      throw nativeFailure('convert a frame', cause);
    }
  }
}

function nativeFailure(what: string, cause: unknown): FramerailError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new FramerailError({
    code: 'E_NATIVE_FAILED',
    message: `The addon did not ${what}: ${words}`,
    cause,
  });
}
