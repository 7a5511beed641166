import type { RawFrame } from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import { checkIncoming, type InputFrame, type IntakeOptions, takeFrame } from '../browser/incoming-frame.js';
import type { BackendChoice } from '../choice/backend-choice.js';
import type { ChoiceBasis } from '../choice/choose-backend.js';
import type { BackendLine } from './backend-line.js';
import { FrameOrder } from './frame-order.js';
import type { FrameProcessor, ProcessorStats } from './processor.js';

/** What a processor is put together from. */
export interface ProcessorParts {
  readonly plan: BackendPlan;
  readonly line: BackendLine;
  readonly choice: ChoiceBasis;
  readonly maxInFlight: number;
  /** What a browser's frames are imported with. */
  readonly intake: IntakeOptions;
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
      leases: parts.intake.leases,
      signal,
      onClosed: () => line.close(),
    });
  }

  get choice(): BackendChoice {
    const { line, choice } = this.#parts;
    return Object.freeze({ backend: line.backend.name, ...choice, changes: line.changes });
  }

  async process(
    frame: InputFrame,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<RawFrame> {
    const { plan, line, intake } = this.#parts;
    const incoming = takeFrame(frame, intake);
    return this.#order.process(incoming, options.signal, () => {
      checkIncoming(frame, incoming, plan.source);
      return async (index, signal, { result }) =>
        line.process(index, await incoming.open(signal), { signal, leases: result });
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
