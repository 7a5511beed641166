import { expectNumber, invalidArgument } from '@framerail/lifecycle';
import type { TransferCharacteristics } from '@framerail/media-types';
import { transferCurve } from '../color/transfer-curves.js';
import type { Chain } from './chain.js';
import { colorMatrices, isIdentityMatrix, matrixStep } from './color-adjustment.js';
import { sameCurves } from './curve-tables.js';
import type { ColorOperation, FadeOperation, MatrixOperation } from './operation.js';

/** Q12: what 1 is in a matrix' coefficients. */
const ONE = 4096;
/** An offset of white, in Q12 codes of 8 bits. */
const WHITE = 255 * ONE;

/** Adds exposure and gamma as one curve, hue to brightness as a matrix (or two, where one can't hold the factors). */
export function lowerColor(name: string, operation: ColorOperation, chain: Chain): void {
  const amount = (field: Exclude<keyof ColorOperation, 'type'>, none: number, min: number, max: number) =>
    expectNumber(`${name}.${field}`, operation[field] ?? none, { min, max });
  const exposure = amount('exposure', 0, -10, 10);
  const gamma = amount('gamma', 1, 0.1, 10);
  const adjustment = {
    hue: amount('hue', 0, -360, 360),
    saturation: amount('saturation', 1, 0, 4),
    contrast: amount('contrast', 1, 0, 4),
    brightness: amount('brightness', 0, -1, 1),
  };
  if (exposure !== 0 || gamma !== 1) {
    const { transfer } = chain.color;
    const exposed = exposure === 0 ? (code: number): number => code : exposedCurve(transfer, 2 ** exposure);
    chain.push(sameCurves((code) => exposed(code) ** (1 / gamma), chain.depth));
  }
  chain.push(...colorMatrices(adjustment, chain.color.matrix));
}

/** Codes of the same picture with more light or less. */
function exposedCurve(transfer: TransferCharacteristics, gain: number): (code: number) => number {
  const { toLight, toCode } = transferCurve(transfer);
  return (code) => {
    const light = gain * toLight(code);
    return light >= 1 ? 1 : Math.max(toCode(light), 0);
  };
}

/** Adds the caller's own matrix. */
export function lowerMatrix(name: string, { coefficients }: MatrixOperation, chain: Chain): void {
  const isList = Array.isArray(coefficients) || ArrayBuffer.isView(coefficients);
  if (!isList || coefficients.length !== 12)
    throw invalidArgument(`${name}.coefficients`, 'twelve numbers, row by row,', coefficients);
  const integers = Int32Array.from(coefficients, (value, index) => {
    const limit = index % 4 === 3 ? 4 : 7.99;
    const checked = expectNumber(`${name}.coefficients[${index}]`, value, { min: -limit, max: limit });
    return Math.floor(checked * (index % 4 === 3 ? WHITE : ONE) + 0.5);
  });
  if (!isIdentityMatrix(integers)) chain.push(matrixStep(integers));
}

/** Adds a step towards a colour. */
export function lowerFade(name: string, { amount, color = [0, 0, 0] }: FadeOperation, chain: Chain): void {
  const share = expectNumber(`${name}.amount`, amount, { min: 0, max: 1 });
  if (!Array.isArray(color) || color.length !== 3)
    throw invalidArgument(`${name}.color`, 'three shares of white [r, g, b]', color);
  const channels = color.map((value, index) =>
    expectNumber(`${name}.color[${index}]`, value, { min: 0, max: 1 }),
  );
  // The colour takes up what rounding leaves of the frame's share, so that a frame of that colour stays.
  const rest = Math.floor((1 - share) * ONE + 0.5);
  const integers = new Int32Array(12);
  for (const [row, channel] of channels.entries()) {
    integers[5 * row] = rest;
    integers[4 * row + 3] = Math.floor(channel * 255 * (ONE - rest) + 0.5);
  }
  if (rest !== ONE) chain.push(matrixStep(integers));
}
