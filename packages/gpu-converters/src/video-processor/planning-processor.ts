import { createBufferPool } from '@framerail/buffer-pool';
import type { Lease } from '@framerail/lifecycle';
import type { FrameFormat, RawFrame } from '@framerail/media-types';
import type { BackendName, BackendPlan } from '../backends/backend.js';
import { checkIncoming, type InputFrame, type IntakeOptions, takeFrame } from '../browser/incoming-frame.js';
import type { BackendChange } from '../choice/backend-choice.js';
import type { Operation } from '../operations/operation.js';
import { checkFormat, checkFrame } from '../plan/frame-checks.js';
import { FrameOrder } from '../processor/frame-order.js';
import type { LeasePlace } from '../processor/lease-order.js';
import { explainPlan } from './explain-plan.js';
import type { Explanation } from './explanation.js';
import { withPictures } from './other-frames.js';
import { type PlannedFrame, type PlannedPicture, planFrame } from './plan-frame.js';
import { ShapeCache } from './shape-cache.js';
import type { ShapeCompiler } from './shape-compiler.js';
import type { VideoProcessingOptions, VideoProcessor, VideoProcessorStats } from './video-processor.js';

/** What a {@link PlanningProcessor} is put together from. */
export interface PlanningProcessorParts {
  readonly compiler: ShapeCompiler;
  readonly maxInFlight: number;
  readonly maxShapes: number;
  readonly maxBytes: number;
  readonly intake: IntakeOptions;
  readonly signal: AbortSignal | undefined;
}

/** Pictures live as long as one frame is under way, and frames in flight are bounded; this is what the pool must not refuse. */
const PICTURE_BYTES = 2 ** 40;
const FREE_PICTURE_BYTES = 64 * 2 ** 20;

/** A frame's place in the order, and what it is given there. */
interface FrameTurn {
  readonly index: number;
  readonly signal: AbortSignal;
  readonly memory: LeasePlace;
}

/** Plans every frame by itself, and keeps what its shape needs. */
export class PlanningProcessor implements VideoProcessor {
  readonly maxInFlight: number;
  readonly #compiler: ShapeCompiler;
  readonly #intake: IntakeOptions;
  readonly #cache: ShapeCache;
  readonly #order: FrameOrder;
  readonly #pictures = createBufferPool({
    maxBytes: PICTURE_BYTES,
    maxFreeBytes: FREE_PICTURE_BYTES,
    name: 'other frames',
  });

  constructor({ compiler, maxInFlight, maxShapes, maxBytes, intake, signal }: PlanningProcessorParts) {
    this.maxInFlight = maxInFlight;
    this.#compiler = compiler;
    this.#intake = intake;
    this.#order = new FrameOrder({
      name: 'The video processor',
      maxInFlight,
      leases: intake.leases,
      signal,
      onClosed: async () => {
        offGpuBack();
        await this.#cache.close();
        this.#pictures.close();
      },
    });
    const offGpuBack = compiler.onGpuBack(() => this.#cache.forget());
    this.#cache = new ShapeCache({
      maxShapes,
      maxBytes,
      compile: (plan) => compiler.compile(plan, this.#order.ending),
    });
  }

  async process(
    frame: InputFrame,
    operations: readonly Operation[] = [],
    options: VideoProcessingOptions & { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<RawFrame> {
    const incoming = takeFrame(frame, this.#intake);
    return this.#order.process(incoming, options.signal, () => {
      const format = incoming.format();
      checkFormat('frame', format);
      checkIncoming(frame, incoming, format);
      const { signal: _, ...planning } = options;
      const planned = planFrame(format, operations, planning);
      return async (index, signal, memory) =>
        this.#run({ index, signal, memory }, await incoming.open(signal), planned);
    });
  }

  explain(
    format: FrameFormat,
    operations: readonly Operation[] = [],
    options: VideoProcessingOptions = {},
  ): Explanation {
    checkFormat('format', format);
    const { plan } = planFrame(format, operations, options);
    const shape = this.#cache.peek(plan);
    const backend =
      shape === undefined
        ? this.#compiler.expectation()
        : { backend: shape.line.backend.name, reason: reasonOf(shape.choice.reason, shape.line.changes) };
    return explainPlan(plan, { ...backend, compiled: shape !== undefined });
  }

  stats(): VideoProcessorStats {
    const shapes = this.#cache.shapes();
    const backends: Partial<Record<BackendName, number>> = {};
    for (const { line } of shapes) backends[line.backend.name] = (backends[line.backend.name] ?? 0) + 1;
    return Object.freeze({
      ...this.#order.counts(),
      ...this.#cache.stats(),
      compiled: shapes.length,
      compiledBytes: this.#cache.bytes,
      backends: Object.freeze(backends),
      changes: this.#compiler.changes,
    });
  }

  close(): Promise<void> {
    return this.#order.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(turn: FrameTurn, frame: RawFrame, { plan, pictures }: PlannedFrame): Promise<RawFrame> {
    const borrowed: Lease[] = [];
    try {
      const made = new Map<Uint8Array, Uint8Array>();
      for (const picture of pictures) made.set(picture.standIn, await this.#picture(turn, picture, borrowed));
      return await this.#convert(turn, frame, withPictures(plan, made));
    } finally {
      for (const lease of borrowed) lease.release();
    }
  }

  /** Frames are given to backends in their order, or a later one might get the slot that an earlier one waits for. */
  #convert({ index, signal, memory }: FrameTurn, frame: RawFrame, plan: BackendPlan): Promise<RawFrame> {
    const { start, result } = memory;
    return this.#cache.use(plan, signal, async ({ line }) => {
      await start.reached(signal);
      const converted = line.process(index, frame, { signal, plan, leases: result });
      start.pass();
      return converted;
    });
  }

  /** The other frame of a transition as RGBA, in memory that no GPU slot waits for. */
  async #picture(
    { index, signal, memory }: FrameTurn,
    { frame, standIn, plan }: PlannedPicture,
    borrowed: Lease[],
  ): Promise<Uint8Array> {
    checkFrame(frame, frame);
    if (plan === undefined) return frame.data.subarray(0, standIn.byteLength);
    const options = { signal, plan, leases: memory.passing };
    using converted = await this.#cache.use(plan, signal, ({ line }) => line.process(index, frame, options));
    const lease = await this.#pictures.acquire(standIn.byteLength, { signal });
    borrowed.push(lease);
    lease.bytes.set(converted.data.subarray(0, standIn.byteLength));
    // A view of its own: pictures are known again by their arrays, and this memory gets others.
    return lease.bytes.subarray();
  }
}

function reasonOf(reason: string, changes: readonly BackendChange[]): string {
  return [
    reason,
    ...changes.map(({ from, to, reason: why }) => `${from} failed, ${to} went on: ${why}`),
  ].join('; ');
}
