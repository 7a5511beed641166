import { expectOneOf, invalidArgument } from '@framerail/lifecycle';
import type { ColorSpace, FrameFormat, TransferCharacteristics } from '@framerail/media-types';
import { Chain } from './chain.js';
import { lowerColor, lowerFade, lowerMatrix } from './lower-color.js';
import { lowerCrop, lowerFlip, lowerPad, lowerRotate, lowerSolid } from './lower-geometry.js';
import { lowerLut } from './lower-lut.js';
import { lowerOverlay } from './lower-overlay.js';
import { lowerLetterbox, lowerScale } from './lower-scale.js';
import { lowerDissolve, lowerWipe } from './lower-transition.js';
import type { Operation } from './operation.js';
import type { PreparedOperation, WorkDepth } from './prepared-operation.js';

/** The most operations of one processor. */
const MAX_OPERATIONS = 64;

/** Operations as backends get them, and the size that comes of them. */
export interface PreparedOperations {
  readonly operations: readonly PreparedOperation[];
  /** Columns after all operations. */
  readonly width: number;
  /** Rows after all operations. */
  readonly height: number;
}

/** What operations are prepared for. */
export interface PreparingOptions {
  /** The frames. */
  readonly source: FrameFormat;
  /** What comes of them; its matrix weighs colours where the source is RGB. */
  readonly target: FrameFormat;
  /** Bits of a channel at the start. */
  readonly depth: WorkDepth;
  /** Curve of the codes that operations work on; default the source's. */
  readonly transfer?: TransferCharacteristics;
  /** Done before everything else; default nothing. */
  readonly before?: readonly PreparedOperation[];
}

type Lower<O extends Operation> = (name: string, operation: O, chain: Chain) => void;

/** How each operation becomes steps: checks it, and adds to the chain what it comes down to. */
const LOWER: { readonly [Type in Operation['type']]: Lower<Extract<Operation, { type: Type }>> } = {
  scale: lowerScale,
  crop: lowerCrop,
  pad: lowerPad,
  flip: lowerFlip,
  rotate: lowerRotate,
  letterbox: lowerLetterbox,
  solid: lowerSolid,
  color: lowerColor,
  matrix: lowerMatrix,
  lut3d: lowerLut,
  overlay: lowerOverlay,
  fade: lowerFade,
  dissolve: lowerDissolve,
  wipe: lowerWipe,
};

/** The names of all operations. */
export const OPERATION_TYPES = Object.keys(LOWER) as readonly Operation['type'][];

/**
 * Checks operations and makes integers of them; those that would change nothing are left out, and moves of pixels that
 * follow each other are merged.
 *
 * @param operations - as the user gave them
 * @param options - what they are for
 * @throws FramerailError `E_INVALID_ARGUMENT`; `E_UNSUPPORTED_COLOR` for linear light of HDR
 */
export function prepareOperations(
  operations: readonly Operation[],
  { source, target, depth, transfer = source.color.transfer, before = [] }: PreparingOptions,
): PreparedOperations {
  checkList(operations);
  const { width, height } = source.layout;
  const color = { transfer, matrix: lumaMatrix(source.color, target.color) };
  const chain = new Chain({ width, height, depth, color });
  chain.push(...before);
  for (const [index, operation] of operations.entries()) lower(`operations[${index}]`, operation, chain);
  return { operations: chain.steps, width: chain.width, height: chain.height };
}

/**
 * Checks one operation by itself.
 *
 * @param name - for messages
 * @returns its steps: none if it changes nothing
 */
export function prepareOne(
  name: string,
  operation: Operation,
  { source, target, depth }: PreparingOptions,
): readonly PreparedOperation[] {
  const { width, height } = source.layout;
  const color = { transfer: source.color.transfer, matrix: lumaMatrix(source.color, target.color) };
  const chain = new Chain({ width, height, depth, color });
  lower(name, operation, chain);
  return chain.steps;
}

function lower(name: string, operation: Operation, chain: Chain): void {
  if (typeof operation !== 'object' || operation === null)
    throw invalidArgument(name, 'an operation', operation);
  const type = expectOneOf(`${name}.type`, operation.type, OPERATION_TYPES);
  (LOWER[type] as Lower<Operation>)(name, operation, chain);
}

/**
 * Takes a list of operations, without a look at what is in it.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkList(operations: readonly Operation[]): void {
  if (!Array.isArray(operations) || operations.length > MAX_OPERATIONS)
    throw invalidArgument('operations', `an array of at most ${MAX_OPERATIONS} operations`, operations);
}

/** Whose luma a saturation is about: the video's own, or BT.709's where there is only RGB. */
function lumaMatrix(source: ColorSpace, target: ColorSpace): Exclude<ColorSpace['matrix'], 'rgb'> {
  if (source.matrix !== 'rgb') return source.matrix;
  return target.matrix === 'rgb' ? 'bt709' : target.matrix;
}
