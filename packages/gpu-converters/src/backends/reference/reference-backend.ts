import { abortError, type Clock, expectObject, type LeaseSource, systemClock } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { BackendPlan, BackendProcessOptions, BackendStats, FrameBackend } from '../backend.js';
import { FrameCounter } from '../frame-counter.js';
import { leasedResult } from '../leased-result.js';
import { Turnstile } from '../turnstile.js';
import { planSteps } from './plan-steps.js';

/** It runs on the event loop, so it lets others run after so many milliseconds. */
const SLICE_MS = 5;

/** Options of {@link createReferenceBackend}. */
export interface ReferenceBackendOptions {
  /** What every frame has to go through. */
  readonly plan: BackendPlan;
  /** Where results come from. */
  readonly leases: LeaseSource;
  /** Measures how long the event loop is held; default the system's. */
  readonly clock?: Clock;
}

/**
 * Makes the backend in plain JavaScript: the readable definition of what all backends compute, and the last
 * resort where there is neither a GPU nor the addon. One frame at a time, in slices of about 5 ms.
 *
 * @param options - plan and memory
 */
export function createReferenceBackend(options: ReferenceBackendOptions): FrameBackend {
  expectObject('options', options);
  expectObject('plan', options.plan, 'a plan of planConversion');
  return new ReferenceBackend(options);
}

class ReferenceBackend implements FrameBackend {
  readonly name = 'reference';
  readonly maxInFlight = 1;
  readonly #plan: BackendPlan;
  readonly #leases: LeaseSource;
  readonly #clock: Clock;
  readonly #turns = new Turnstile(1, 'The reference backend');
  readonly #counter = new FrameCounter();

  constructor({ plan, leases, clock = systemClock }: ReferenceBackendOptions) {
    this.#plan = plan;
    this.#leases = leases;
    this.#clock = clock;
  }

  process(frame: RawFrame, options: BackendProcessOptions = {}): Promise<RawFrame> {
    const { signal, plan = this.#plan, leases = this.#leases } = options;
    return this.#counter.count(async () => {
      await this.#turns.enter(signal);
      try {
        return await leasedResult({
          leases,
          target: plan.target,
          source: frame,
          signal,
          fill: (data) => this.#runInSlices(planSteps(plan, frame, data), signal),
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

  async #runInSlices(steps: Iterator<undefined, void>, signal: AbortSignal | undefined): Promise<void> {
    let sliceEndMs = this.#clock.now() + SLICE_MS;
    while (!steps.next().done) {
      if (this.#clock.now() < sliceEndMs) continue;
      await nextTurn();
      if (signal?.aborted) throw abortError(signal, 'Converting a frame');
      sliceEndMs = this.#clock.now() + SLICE_MS;
    }
  }
}

/** Lets the event loop do what else there is, timers and input included. */
function nextTurn(): Promise<void> {
  const host = globalThis as { setImmediate?: (callback: () => void) => unknown };
  return new Promise((resolve) => {
    if (host.setImmediate === undefined) setTimeout(resolve, 0);
    else host.setImmediate(resolve);
  });
}
