import type { ColorSpace } from '@framerail/media-types';
import type { PreparedOperation, PreparedResample, WorkDepth } from '../../operations/prepared-operation.js';
import type { FixedForm, PlanesWork } from '../../plan/work.js';
import type { GpuLayout } from './gpu-layout.js';

/** Where a pass reads or writes: the slot's own buffers, or one between two passes. */
export type PassBuffer = 'source' | 'target' | { readonly between: number };

/** What every pass has. */
interface PassEnds {
  /** Says what the pass does: `NV12 → resample → RGBA`. */
  readonly label: string;
  /** Where it reads. */
  readonly from: PassBuffer;
  /** What lies there. */
  readonly load: GpuLayout;
  /** Where it writes. */
  readonly to: PassBuffer;
  /** Bytes that it reads at least: every sample once. */
  readonly bytesRead: number;
  /** Bytes that it writes. */
  readonly bytesWritten: number;
}

/** The rows of a resampling, to be stored for a pass of their own to do the columns. */
interface AcrossStep {
  /** Tells the steps apart. */
  readonly type: 'across';
  /** What is done. */
  readonly resample: PreparedResample;
}

/** The columns of a resampling whose rows another pass has done. */
interface DownStep {
  /** Tells the steps apart. */
  readonly type: 'down';
  /** What is done. */
  readonly resample: PreparedResample;
}

/** An operation, or one half of a resampling. */
export type PassStep = PreparedOperation | AcrossStep | DownStep;

/** How codes become pixels. */
export interface PixelInput {
  /** Of the pixels that the loader gives. */
  readonly depth: WorkDepth;
  /** Set when the loader gives YCbCr. */
  readonly color: ColorSpace | undefined;
  /** For YCbCr: not set for the exact 8-bit form. */
  readonly form: FixedForm | undefined;
  /** Whether the 16 bits of a channel are a half float. */
  readonly halfs: boolean;
}

/** How pixels become codes. */
export interface PixelOutput extends PixelInput {
  /** Whether rounding is by ordered dither. */
  readonly dithered: boolean;
}

/** One dispatch that computes pixels: a loader, steps, a storer. */
export interface ConvertPass extends PassEnds {
  /** Tells the kinds apart. */
  readonly kind: 'convert';
  /** What the loader gives. */
  readonly input: PixelInput;
  /** Done in this order; `down` only at the beginning, `across` only at the end. */
  readonly steps: readonly PassStep[];
  /** What the storer takes. */
  readonly output: PixelOutput;
  /** What lies where it writes. */
  readonly store: GpuLayout;
}

/** One dispatch that resamples and recodes components apart. */
export interface PlanesPass extends PassEnds {
  /** Tells the kinds apart. */
  readonly kind: 'planes';
  /** Of the source's codes. */
  readonly bits: 8 | 10;
  /** Both axes at once, or one of two passes. */
  readonly stage: 'whole' | 'across' | 'down';
  /** What is done. */
  readonly work: PlanesWork;
  /** What lies where it writes. */
  readonly store: GpuLayout;
}

/** One dispatch that moves samples unchanged: 8-bit 4:2:0 components, or half floats. */
export interface MovePass extends PassEnds {
  /** Tells the kinds apart. */
  readonly kind: 'move';
  /** What lies where it writes. */
  readonly store: GpuLayout;
}

/** One dispatch that packs rows of whole words into the caller's layout. */
export interface PackPass extends PassEnds {
  /** Tells the kinds apart. */
  readonly kind: 'pack';
  /** Of the caller's layout, in bytes. */
  readonly planes: readonly { readonly offset: number; readonly stride: number }[];
  /** Of the caller's layout. */
  readonly byteLength: number;
}

/** A dispatch. */
export type Pass = ConvertPass | PlanesPass | MovePass | PackPass;

/** What happens to a frame on the GPU, in one command encoder. Plain data. */
export interface PassPlan {
  /** In the order in which they are dispatched. */
  readonly passes: readonly Pass[];
  /** The frame as it is uploaded. */
  readonly source: GpuLayout;
  /** Bytes of the target buffer, a multiple of 16. */
  readonly targetBytes: number;
  /** Bytes of each buffer between two passes. */
  readonly betweenBytes: readonly number[];
}
