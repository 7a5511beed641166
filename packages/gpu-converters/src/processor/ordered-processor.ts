import { abortable, abortError, onAbort } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import { closedError, Turnstile } from '../backends/turnstile.js';
import type { BackendChoice } from '../choice/backend-choice.js';
import { checkFrame } from '../plan/frame-checks.js';
import type { BackendLine } from './backend-line.js';
import type { FrameProcessor, ProcessorStats } from './processor.js';

const NAME = 'The frame processor';

/** What a processor is put together from. */
export interface ProcessorParts {
  readonly plan: BackendPlan;
  readonly line: BackendLine;
  readonly choice: Pick<BackendChoice, 'reason' | 'measurements'>;
  readonly maxInFlight: number;
  /** Closes the processor when it aborts. */
  readonly signal: AbortSignal | undefined;
}

/** Bounded, ordered, owning: what stands between the user's frames and a backend. */
export class OrderedProcessor implements FrameProcessor {
  readonly maxInFlight: number;
  readonly #parts: ProcessorParts;
  readonly #turns: Turnstile;
  readonly #ending = new AbortController();
  #offSignal = (): void => {};
  #framesIn = 0;
  #framesDone = 0;
  #framesFailed = 0;
  /** Settles when all frames so far have been handed out or have failed. */
  #handedOut: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(parts: ProcessorParts) {
    this.#parts = parts;
    this.maxInFlight = parts.maxInFlight;
    this.#turns = new Turnstile(parts.maxInFlight, NAME);
    this.#offSignal = onAbort(parts.signal, () => {
      this.#end(abortError(parts.signal as AbortSignal, NAME));
      void this.close();
    });
  }

  get choice(): BackendChoice {
    const { line, choice } = this.#parts;
    return Object.freeze({ backend: line.backend.name, ...choice, changes: line.changes });
  }

  async process(
    frame: RawFrame,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<RawFrame> {
    const index = this.#framesIn;
    this.#framesIn += 1;
    const before = this.#handedOut;
    const given = new AbortController();
    const off = [options.signal, this.#ending.signal].map((one) =>
      onAbort(one, () => given.abort(one?.reason)),
    );
    const result = this.#run(index, frame, before, given.signal).finally(() => {
      for (const take of off) take();
    });
    this.#handedOut = Promise.allSettled([before, result]).then(() => {});
    return result;
  }

  stats(): ProcessorStats {
    return Object.freeze({
      framesIn: this.#framesIn,
      framesDone: this.#framesDone,
      framesFailed: this.#framesFailed,
      inFlight: this.#turns.inside,
      waiting: this.#turns.waiting,
      backend: this.#parts.line.backend.stats(),
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#end(closedError(NAME));
    await this.#handedOut;
    await this.#parts.line.close();
  }

  #end(reason: Error): void {
    this.#offSignal();
    this.#turns.close();
    this.#ending.abort(reason);
  }

  /** A frame's whole way. Its turn lasts until the result is handed out, so that waiting results are bounded too. */
  async #run(index: number, frame: RawFrame, before: Promise<void>, signal: AbortSignal): Promise<RawFrame> {
    let result: RawFrame | undefined;
    try {
      try {
        checkFrame(frame, this.#parts.plan.source);
        await this.#turns.enter(signal);
        try {
          result = await this.#parts.line.process(index, frame, signal);
          await abortable(before, signal, 'Waiting for earlier frames');
        } finally {
          this.#turns.leave();
        }
      } finally {
        frame[Symbol.dispose]();
      }
      this.#framesDone += 1;
      return result;
    } catch (error) {
      result?.[Symbol.dispose]();
      this.#framesFailed += 1;
      throw this.#ending.signal.aborted ? this.#ending.signal.reason : error;
    }
  }
}
