import type { FrameFormat } from '@framerail/media-types';
import type { BackendName } from '../backends/backend.js';
import type { PreparedOperation } from '../operations/prepared-operation.js';
import type { PlannedPass } from '../plan/conversion-plan.js';

/** One step of a plan, as it is done: operations that change nothing are gone, others are merged or split. */
export interface ExplainedStep {
  /** Which kind of step. */
  readonly type: PreparedOperation['type'];
  /** Its sizes and settings in words, such as `to 1280×720, 4 × 4 taps`. */
  readonly detail: string;
  /** Bits of a channel that come in and go out. */
  readonly depth: readonly [8 | 16, 8 | 16];
}

/** What `VideoProcessor.process` would do. Immutable. */
export interface Explanation {
  /** What comes in. */
  readonly source: FrameFormat;
  /** What goes out. */
  readonly target: FrameFormat;
  /**
   * `copy`: the samples are moved; `planes`: Y, Cb and Cr apart, never mixed; `pixels`: by way of R, G, B, of
   * {@link Explanation.depth} bits a channel.
   */
  readonly way: 'copy' | 'planes' | 'pixels';
  /** Bits of a channel at the start and at the end of the steps; the frames' own for planes. */
  readonly depth: readonly [number, number];
  /** In order. */
  readonly steps: readonly ExplainedStep[];
  /** Times that every pixel is read and written; see `ConversionPlan.passes`. */
  readonly passes: readonly PlannedPass[];
  /** Bytes that all passes read and write. */
  readonly bytesMoved: number;
  /** Whether every sample is the exactly rounded value of the rational formula, rounded once. */
  readonly exact: boolean;
  /** The bound of the error in codes of the target (of half floats: steps at the value), where one is known. */
  readonly largestErrorCodes: number | undefined;
  /** Which backend does it, and why; `undefined` while that is not decided. */
  readonly backend: BackendName | undefined;
  /** Why that backend, or what will decide. */
  readonly reason: string;
  /** Whether it is compiled, so that the next frame of this shape starts at once. */
  readonly compiled: boolean;
  /** All of this for a person, some lines. */
  readonly text: string;
}
