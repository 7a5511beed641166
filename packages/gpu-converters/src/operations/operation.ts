import type { RawFrame } from '@framerail/media-types';
import type { CubeLut } from './cube-lut.js';
import type { BlendMode } from './prepared-operation.js';

/** R, G, B and A (default 1) as shares of white, 0 to 1. */
export type FillColor = readonly [number, number, number] | readonly [number, number, number, number];

/** How pixels between pixels are found. Where an axis shrinks by more than 2, `area` stands in for all of them. */
export type ScaleFilter = 'bilinear' | 'bicubic' | 'lanczos3' | 'area';

/** Scaling with edges meeting edges. */
export interface ScaleOperation {
  /** Tells the operations apart. */
  readonly type: 'scale';
  /** Columns after it, 1 to 65,535. */
  readonly width: number;
  /** Rows after it, 1 to 65,535. */
  readonly height: number;
  /** Default `bilinear`. `bicubic` is Catmull-Rom (B = 0, C = 1/2), `lanczos3` has three lobes, `area` is the mean of what a pixel covers. */
  readonly filter?: ScaleFilter;
  /** Mixes light instead of codes, by the frame's transfer curve; SDR only. Default no. */
  readonly linearLight?: boolean;
}

/** A part of the frame. */
export interface CropOperation {
  /** Tells the operations apart. */
  readonly type: 'crop';
  /** Left column of the part; an integer. */
  readonly x: number;
  /** Top row of the part; an integer. */
  readonly y: number;
  /** Columns of the part, all inside the frame. */
  readonly width: number;
  /** Rows of the part, all inside the frame. */
  readonly height: number;
}

/** A border around the frame. */
export interface PadOperation {
  /** Tells the operations apart. */
  readonly type: 'pad';
  /** Columns added; 0 or more, default 0. */
  readonly left?: number;
  /** Rows added; default 0. */
  readonly top?: number;
  /** Columns added; default 0. */
  readonly right?: number;
  /** Rows added; default 0. */
  readonly bottom?: number;
  /** Default opaque black. */
  readonly fill?: FillColor;
}

/** Mirrors the frame. */
export interface FlipOperation {
  /** Tells the operations apart. */
  readonly type: 'flip';
  /** `horizontal` swaps left and right, `vertical` top and bottom. */
  readonly axis: 'horizontal' | 'vertical';
}

/** Turns the frame by quarters, clockwise: what a phone's rotation tag asks for. */
export interface RotateOperation {
  /** Tells the operations apart. */
  readonly type: 'rotate';
  /** Clockwise. */
  readonly degrees: 0 | 90 | 180 | 270;
}

/** Scales the frame to fit a size, its proportions kept, and fills the rest. */
export interface LetterboxOperation {
  /** Tells the operations apart. */
  readonly type: 'letterbox';
  /** Columns after it, 1 to 65,535. */
  readonly width: number;
  /** Rows after it, 1 to 65,535. */
  readonly height: number;
  /** Default opaque black. */
  readonly fill?: FillColor;
  /** Default `bilinear`. */
  readonly filter?: ScaleFilter;
  /** Default no. */
  readonly linearLight?: boolean;
}

/** Replaces every pixel. */
export interface SolidOperation {
  /** Tells the operations apart. */
  readonly type: 'solid';
  /** What with. */
  readonly fill: FillColor;
}

/** Exposure, gamma, hue, saturation, contrast, brightness, in this order, on R'G'B' codes. */
export interface ColorOperation {
  /** Tells the operations apart. */
  readonly type: 'color';
  /** Stops of light, by the frame's transfer curve: -10 to 10; default 0. */
  readonly exposure?: number;
  /** Codes to the power of `1 / gamma`: 0.1 to 10; default 1. */
  readonly gamma?: number;
  /** Degrees around the axis of greys: -360 to 360; default 0. */
  readonly hue?: number;
  /** 0 (no colour, by the luma of the video's own matrix) to 4; default 1. */
  readonly saturation?: number;
  /** Stretches about middle grey: 0 (grey) to 4; default 1. */
  readonly contrast?: number;
  /** Added, as a share of white: -1 (black) to 1 (white); default 0. */
  readonly brightness?: number;
}

/** Any affine map of R', G', B'. */
export interface MatrixOperation {
  /** Tells the operations apart. */
  readonly type: 'matrix';
  /** Row by row `[rR, rG, rB, rOffset, gR, …]`, twelve numbers; factors within ±7.99, offsets within ±4 (shares of white). */
  readonly coefficients: readonly number[];
}

/** A look, on the codes that the frame has. */
export interface LutOperation {
  /** Tells the operations apart. */
  readonly type: 'lut3d';
  /** From {@link parseCube}. */
  readonly lut: CubeLut;
}

/**
 * RGBA, tightly packed: exactly `width * height * 4` bytes. Not copied: don't change it while a frame is under way that
 * has it, nor during the life of a processor made with it.
 */
export interface Picture {
  /** Bytes R G B A. */
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /**
   * A promise that the pixels are those of the frame before which had this array and this version: they are then sent to
   * the GPU once for all frames. Any number; give another one when you have drawn. Not given: they are sent every time.
   */
  readonly version?: number | undefined;
}

/** A picture laid over the frame; what lies outside the frame is cut off. */
export interface OverlayOperation {
  /** Tells the operations apart. */
  readonly type: 'overlay';
  /** With straight alpha, unless {@link OverlayOperation.premultiplied}. */
  readonly image: Picture;
  /** Column of the frame where the picture's left edge goes; an integer, negative to cut off its left part. */
  readonly x: number;
  /** Row of the frame where the picture's top edge goes; an integer. */
  readonly y: number;
  /** Multiplies the picture's alpha: 0 to 1, taken in 255ths; default 1. */
  readonly opacity?: number;
  /** Whether the picture's colours are multiplied by its alpha already. Default no. */
  readonly premultiplied?: boolean;
  /** How its colours meet those below; default `normal`. */
  readonly blend?: BlendMode;
}

/** Towards a colour, or from it. */
export interface FadeOperation {
  /** Tells the operations apart. */
  readonly type: 'fade';
  /** 0 (the frame) to 1 (the colour). */
  readonly amount: number;
  /** Default black. */
  readonly color?: readonly [number, number, number];
}

/** The other frame of a transition: RGBA of the frame's size, or a frame of any format of that size, which is converted. */
export type OtherFrame = Picture | RawFrame;

/** A mix of two frames. */
export interface DissolveOperation {
  /** Tells the operations apart. */
  readonly type: 'dissolve';
  /** The frame that comes. `createFrameProcessor` takes a {@link Picture}, `VideoProcessor` also a RawFrame. */
  readonly other: OtherFrame;
  /** 0 (this frame) to 1 (the other), taken in 256ths. */
  readonly amount: number;
}

/** The other frame pushed over this one behind an edge. */
export interface WipeOperation {
  /** Tells the operations apart. */
  readonly type: 'wipe';
  /** The frame that comes. */
  readonly other: OtherFrame;
  /** 0 (this frame) to 1 (the other). */
  readonly amount: number;
  /** Where the edge moves to: `right` uncovers the other frame from the left. */
  readonly direction: 'left' | 'right' | 'up' | 'down';
  /** Width of the soft edge as a share of the frame, 0 (hard, default) to 1. */
  readonly softness?: number;
}

/** What can be done to a frame between its formats. Done in the order given, rounded after each. */
export type Operation =
  | ScaleOperation
  | CropOperation
  | PadOperation
  | FlipOperation
  | RotateOperation
  | LetterboxOperation
  | SolidOperation
  | ColorOperation
  | MatrixOperation
  | LutOperation
  | OverlayOperation
  | FadeOperation
  | DissolveOperation
  | WipeOperation;
