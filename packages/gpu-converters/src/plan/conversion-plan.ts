import type { BackendPlan } from '../backends/backend.js';

/** A time that every pixel of a frame is read and written, as one dispatch or one loop over rows does it. */
export interface PlannedPass {
  /** What it does, such as `NV12 → scale → P010`. */
  readonly label: string;
  /** Bytes of pixels read, without padding; a step that reads a pixel twice counts it once. */
  readonly bytesRead: number;
  /** Bytes of pixels written, without padding. */
  readonly bytesWritten: number;
}

/** A conversion as data: what backends carry out, and what it costs. Immutable. */
export interface ConversionPlan extends BackendPlan {
  /**
   * In order, as the GPU makes them; the addon and JavaScript loop over rows once. One, wherever a source pixel is needed
   * once; what is costly is stored before a step that would ask for it several times, and rows that don't begin at whole
   * words are packed by a pass of their own.
   */
  readonly passes: readonly PlannedPass[];
  /** Bytes that all passes read and write. */
  readonly bytesMoved: number;
  /**
   * Whether every sample that comes out is the exactly rounded value of the rational formula, rounded once. Not so
   * for fixed-point forms (more than 8 bits), tone mapping, dither, and where pixels are rounded between two steps.
   */
  readonly exact: boolean;
  /**
   * How far a sample may be from the rational formula, in codes of the target (of half floats: steps at the sample's value), where a
   * bound is known: 0.5 where {@link ConversionPlan.exact}. Operations are meant as their integer definitions, so their rounding counts, their
   * tables don't.
   */
  readonly largestErrorCodes: number | undefined;
}
