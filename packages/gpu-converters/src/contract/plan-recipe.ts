import type { ColorSpace, PixelFormat } from '@framerail/media-types';
import type { Upsampling } from '../exact/chroma-siting.js';
import type { Operation } from '../operations/operation.js';
import type { PreparedOperation, WorkDepth } from '../operations/prepared-operation.js';

/** One side of a plan. */
export interface FrameRecipe {
  readonly format: PixelFormat;
  /** For Y′CbCr. */
  readonly matrix: Exclude<ColorSpace['matrix'], 'rgb'>;
  /** For Y′CbCr. */
  readonly fullRange: boolean;
  /** For Y′CbCr. */
  readonly chromaLocation: ColorSpace['chromaLocation'];
  /** Bytes between planes and at the ends of rows: none, or some, of any number. */
  readonly gaps: 'none' | 'any';
}

/** One step; its numbers follow from the seed, the frame's size at that step and its depth. */
export interface StepRecipe<Kind extends string> {
  readonly kind: Kind;
  readonly seed: number;
}

/**
 * How a plan goes: by prepared steps with extreme numbers (`steps`), by a user's operations through `planConversion`
 * (`operations`), or component by component from a part of the source (`planes`, where both sides have one matrix).
 */
export type WayRecipe =
  | {
      readonly by: 'steps';
      /** Of the loaded pixels; half floats are 16 whatever stands here. */
      readonly depth: WorkDepth | 'natural';
      readonly steps: readonly StepRecipe<PreparedOperation['type']>[];
    }
  | { readonly by: 'operations'; readonly steps: readonly StepRecipe<Operation['type']>[] }
  | { readonly by: 'planes'; readonly seed: number };

/** What the source frame holds: any codes; the codes where clamping and rounding go wrong; one code everywhere. */
export type FrameContent = 'random' | 'extreme' | 'grey';

/**
 * What a plan and a frame are made from: few and small values, so that a plan that fails can be made simpler and still
 * be a valid one.
 */
export interface PlanRecipe {
  readonly source: FrameRecipe;
  readonly target: FrameRecipe;
  /** Columns of the source. */
  readonly width: number;
  /** Rows of the source. */
  readonly height: number;
  /** Longest side that a step may make. */
  readonly maxSide: number;
  readonly way: WayRecipe;
  readonly upsampling: Upsampling;
  readonly dither: 'none' | 'ordered';
  readonly content: FrameContent;
  /** Of the content and of what else is random. */
  readonly seed: number;
}
