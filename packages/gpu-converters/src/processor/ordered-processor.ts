import type { RawFrame } from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import type { BackendChoice } from '../choice/backend-choice.js';
import { checkFrame } from '../plan/frame-checks.js';
import type { BackendLine } from './backend-line.js';
import { FrameOrder } from './frame-order.js';
import type { FrameProcessor, ProcessorStats } from './processor.js';

/** What a processor is put together from. */
export interface ProcessorParts {
  readonly plan: BackendPlan;
  readonly line: BackendLine;
  readonly choice: Pick<BackendChoice, 'reason' | 'measurements'>;
  readonly maxInFlight: number;
  /** Closes the processor when it aborts. */
  readonly signal: AbortSignal | undefined;
}

/** Frames of one plan, in order, through the backend in use. */
export class OrderedProcessor implements FrameProcessor {
  readonly maxInFlight: number;
  readonly #parts: ProcessorParts;
  readonly #order: FrameOrder;

  constructor(parts: ProcessorParts) {
    const { line, maxInFlight, signal } = parts;
    this.#parts = parts;
    this.maxInFlight = maxInFlight;
    this.#order = new FrameOrder({
      name: 'The frame processor',
      maxInFlight,
      signal,
      onClosed: () => line.close(),
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
    const { plan, line } = this.#parts;
    return this.#order.process(frame, options.signal, () => {
      checkFrame(frame, plan.source);
      return (index, signal) => line.process(index, frame, { signal });
    });
  }

  stats(): ProcessorStats {
    return Object.freeze({ ...this.#order.counts(), backend: this.#parts.line.backend.stats() });
  }

  close(): Promise<void> {
    return this.#order.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
