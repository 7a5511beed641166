import type { NativeColor, NativeFormat, NativeImage, NativeInstructionSet } from './image.js';

/** Format, size and colour of the frames on one side of a {@link NativeProgram}. */
export interface NativeFrameShape {
  /** How the samples are laid out. */
  readonly format: NativeFormat;
  /** Width in pixels, 1 to 65535. */
  readonly width: number;
  /** Height in pixels, 1 to 65535. */
  readonly height: number;
  /** What the codes mean; of RGB nothing of it counts. */
  readonly color: NativeColor;
}

/** Weights of source samples for every position of a resampled axis. */
export interface NativeTaps {
  /** First source sample of each position; all that are named lie inside the source. */
  readonly start: Uint32Array;
  /** Source samples of each position, 1 or more. */
  readonly count: number;
  /** With 14 fraction bits, `count` for each position: they add up to 16,384, their magnitudes to 26,000 at most. */
  readonly weights: Int16Array;
}

/** An axis whose samples stay: target sample `i` is source sample `start + i`. */
export interface NativeCopiedAxis {
  /** First source sample, 0 or more. */
  readonly start: number;
}

/**
 * How one component of a Y′CbCr target is made. With `f` = 6 at 8 bits and 4 at 10:
 * `h = (Σ wx·p + 2^(13-f)) >> (14 - f)` (copied: `p << f`), then with `b` bits
 * `v = clamp((Σ wy·h + 2^(27-b)) >> (28 - b))` (copied: `(h + 2^(13-b)) >> (14 - b)`); `b` is the source's bits without
 * codes and 12 with them. When both axes are copied, `v = p`. Then the codes.
 */
export interface NativePlaneMap {
  /** Along rows. */
  readonly horizontal: NativeCopiedAxis | NativeTaps;
  /** Along columns. */
  readonly vertical: NativeCopiedAxis | NativeTaps;
  /**
   * Target code for each `v`, 256 or 1024 of them when both axes are copied, else 4096; in 64ths with dither. Needed
   * where depths differ; Cb and Cr both have them or neither.
   */
  readonly codes?: Uint16Array | undefined;
}

/**
 * Three affine rows in 32-bit integers: `clamp((x·X + y·Y + z·Z + k + half) >> shift)`. Where pixels of 16 bits are
 * stored, `p = 256·h + l`, the products are `x·hX + y·hY + z·hZ + ((x·lX + y·lY + z·lZ) >> 8)`.
 */
export interface NativeForm {
  /** 7 to 30. */
  readonly shift: number;
  /** `[x, y, z, k]` of each row. */
  readonly coefficients: Int32Array;
  /** 65,536ths to be added to them, in the same order: only to load 16 bits. */
  readonly fractions?: Uint16Array | undefined;
}

/** Y′CbCr to Y′CbCr of one matrix: components are resampled and recoded, never mixed. */
export interface NativePlanesWork {
  /** Tells the kinds apart. */
  readonly kind: 'planes';
  /** Of Y, Cb and Cr; Cb and Cr have the same axes. */
  readonly components: readonly [NativePlaneMap, NativePlaneMap, NativePlaneMap];
  /** Whether 10 bits become 8 with ordered dither. */
  readonly dithered: boolean;
}

/** Everything that goes by way of RGBA. */
export interface NativePixelsWork {
  /** Tells the kinds apart. */
  readonly kind: 'pixels';
  /** Bits of a channel that the source is brought to. */
  readonly loadDepth: 8 | 16;
  /** RGB from (Y, 16·Cb, 16·Cr); not set: 8-bit codes to 8-bit RGB, exactly. */
  readonly load?: NativeForm | undefined;
  /** Whether `load`, of which 2^28 is white then, gives half floats at once: Y′CbCr to RGBA16F without steps. */
  readonly loadsHalfs: boolean;
  /** Done in this order; at most 64. */
  readonly steps: readonly NativeStep[];
  /** Bits of a channel after the steps. */
  readonly storeDepth: 8 | 16;
  /** Y, Cb and Cr from RGB; chroma from the weighted sum of 8-bit pixels, or the rounded mean of 16-bit ones. Not set: 8-bit RGB to 8-bit codes, exactly. */
  readonly store?: NativeForm | undefined;
  /** Whether 16 bits are rounded with ordered dither. */
  readonly dithered: boolean;
}

/** A picture of tightly packed RGBA, straight or premultiplied as the step says. */
export interface NativePicture {
  /** `width * height * 4` bytes, read again for every frame. */
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/**
 * A step on pixels of 8 or 16 bits a channel. The formulas of all of them are those of `PreparedOperation` in
 * `@framerail/gpu-converters`, which plans them.
 */
export type NativeStep =
  | { readonly type: 'scale'; readonly width: number; readonly height: number }
  | {
      readonly type: 'resample';
      readonly width: number;
      readonly height: number;
      readonly horizontal?: NativeTaps | undefined;
      readonly vertical?: NativeTaps | undefined;
    }
  | {
      readonly type: 'place';
      readonly width: number;
      readonly height: number;
      readonly x: number;
      readonly y: number;
      readonly transpose: boolean;
      readonly flipX: boolean;
      readonly flipY: boolean;
      readonly fill: readonly [number, number, number, number];
    }
  | { readonly type: 'colorMatrix'; readonly coefficients: Int32Array }
  | {
      readonly type: 'curves';
      readonly from: 8 | 16;
      readonly to: 8 | 16;
      readonly tables: readonly [Uint16Array, Uint16Array, Uint16Array];
    }
  | { readonly type: 'lut3d'; readonly size: number; readonly entries: Uint16Array }
  | {
      readonly type: 'overlay';
      readonly image: NativePicture;
      readonly x: number;
      readonly y: number;
      readonly opacity: number;
      readonly premultiplied?: boolean | undefined;
      readonly mode?: NativeBlendMode | undefined;
    }
  | {
      readonly type: 'mix';
      readonly image: NativePicture;
      readonly along: 'x' | 'y';
      readonly weights: Uint16Array;
    };

/** How an overlay's colours meet those below; `normal` alone with premultiplied pictures. */
export type NativeBlendMode =
  | 'normal'
  | 'multiply'
  | 'screen'
  | 'overlay'
  | 'darken'
  | 'lighten'
  | 'add'
  | 'difference'
  | 'exclusion'
  | 'hardLight'
  | 'softLight'
  | 'colorDodge'
  | 'colorBurn';

/** What `prepare` of the addon takes. */
export interface NativeProgramOptions {
  /** What every frame given to the program is. */
  readonly source: NativeFrameShape;
  /** What it becomes. */
  readonly target: NativeFrameShape;
  /** How chroma at half size becomes chroma of every pixel, where `work` is pixels. */
  readonly upsampling: 'nearest' | 'bilinear';
  /** What there is to do. Tables are copied. */
  readonly work: NativePlanesWork | NativePixelsWork;
}

/** A frame for a {@link NativeProgram}. */
export interface NativeFrameOptions {
  /** Of the program's source format and size. */
  readonly source: NativeImage;
  /** Of the program's target format and size; shares no memory with the source and the pictures. */
  readonly target: NativeImage;
  /** Threads to split the rows over, 1 to 1024; more than the machine runs at once become as many. Default: all of those. */
  readonly threads?: number;
  /** Default: the best that this processor has. */
  readonly instructionSet?: NativeInstructionSet;
}

/**
 * A conversion that was checked once, with its tables. Pictures stay JavaScript's: they are read again for every
 * frame and are lent with it.
 */
export interface NativeProgram {
  /**
   * Converts a frame on threads of the addon's. Until it settles, source and pictures must stay as they are and the
   * target is the addon's. Memory is a few rows a step and thread; a quarter turn keeps what it turns, whole, for as
   * long as the program lives.
   *
   * Rejects with `code`:
   * - `E_INVALID_ARGUMENT`: an image isn't of the program's format and size or its planes aren't inside its data, a
   *   picture's memory is gone, or the target shares memory with what is read.
   * - `E_BUFFER_BUSY`: an unsettled call of the addon uses the memory.
   * - `E_OUT_OF_MEMORY`: there is none for a turned frame.
   * - `E_UNSUPPORTED`: the processor lacks the instruction set.
   * - `E_THREADS`: the system starts no threads.
   */
  process(options: NativeFrameOptions): Promise<void>;
  /** As {@link NativeProgram.process}, before it returns; throws what that rejects with. */
  processSync(options: NativeFrameOptions): void;
}
