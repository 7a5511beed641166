import { isFramerailError } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { BackendProcessOptions, FrameBackend } from '../backends/backend.js';
import type { BackendChange } from '../choice/backend-choice.js';
import type { LeasesInTurn } from './lease-order.js';

interface Retry {
  readonly index: number;
  go(backend: FrameBackend): void;
  fail(error: unknown): void;
}

/** What a frame goes to the backend with. */
export interface LineOptions extends BackendProcessOptions {
  readonly leases?: LeasesInTurn | undefined;
}

/**
 * The backend in use, and the one after it when that fails on the GPU's side. Frames that failed are started again
 * in their order: the next backend may have memory for the first of them only.
 */
export class BackendLine {
  readonly #makeNext: (failure: Error) => Promise<FrameBackend>;
  readonly #onChange: (change: BackendChange) => void;
  readonly #left: FrameBackend[] = [];
  readonly #changes: BackendChange[] = [];
  readonly #retries: Retry[] = [];
  #backend: FrameBackend;
  #running = 0;
  /** Why the backend is being left, while it is. */
  #failure: Error | undefined;
  /** The going over to the next backend, while and after it happens. */
  #moving: Promise<void> = Promise.resolve();
  /** Why there is no next backend. */
  #end: unknown;

  /**
   * @param first - the backend in use
   * @param makeNext - makes the one to go on with; it must not fail on the GPU's side
   * @param onChange - hears of every change; must not throw
   */
  constructor(
    first: FrameBackend,
    makeNext: (failure: Error) => Promise<FrameBackend>,
    onChange: (change: BackendChange) => void = () => {},
  ) {
    this.#backend = first;
    this.#makeNext = makeNext;
    this.#onChange = onChange;
  }

  get backend(): FrameBackend {
    return this.#backend;
  }

  /** The changes so far, oldest first. */
  get changes(): readonly BackendChange[] {
    return Object.freeze([...this.#changes]);
  }

  /**
   * Has a frame converted by whatever backend is able to.
   *
   * @param index - the frame's place in the order
   * @param options - handed on to the backend
   */
  async process(index: number, frame: RawFrame, options: LineOptions): Promise<RawFrame> {
    for (let backend = await this.#turn(index); ; backend = await this.#turn(index)) {
      // Inside, a frame that waits for memory would keep an earlier one out, which the memory waits for.
      if (backend.name !== 'webgpu') await options.leases?.reached(options.signal);
      this.#running += 1;
      try {
        return await backend.process(frame, options);
      } catch (error) {
        if (!failedOnGpu(error) || backend.name !== 'webgpu') throw error;
        this.#failure ??= error;
      } finally {
        this.#running -= 1;
        if (this.#failure !== undefined && this.#running === 0) this.#moving = this.#moveOn(this.#failure);
      }
    }
  }

  /** Closes every backend that was ever in use. */
  async close(): Promise<void> {
    await this.#moving;
    await Promise.all([...this.#left, this.#backend].map((backend) => backend.close()));
  }

  #turn(index: number): Promise<FrameBackend> | FrameBackend {
    if (this.#end !== undefined) throw this.#end;
    if (this.#failure === undefined) return this.#backend;
    return new Promise((go, fail) => this.#retries.push({ index, go, fail }));
  }

  /** Called when the last frame has left the failed backend. */
  async #moveOn(failure: Error): Promise<void> {
    const failed = this.#backend;
    try {
      const next = await this.#makeNext(failure);
      this.#left.push(failed);
      this.#backend = next;
      this.#failure = undefined;
      const retries = this.#retries.splice(0).sort((a, b) => a.index - b.index);
      const atFrame = retries[0]?.index ?? 0;
      const change = Object.freeze({ from: failed.name, to: next.name, reason: failure.message, atFrame });
      this.#changes.push(change);
      this.#onChange(change);
      for (const retry of retries) retry.go(next);
    } catch (error) {
      this.#end = error;
      for (const retry of this.#retries.splice(0)) retry.fail(error);
    }
  }
}

function failedOnGpu(error: unknown): error is Error {
  return isFramerailError(error) && error.code.startsWith('E_GPU_');
}
