import type { FixedForm } from '../../plan/work.js';
import type { Terms, WordForm } from './word-form.js';

/** Text of WGSL constants. Negative numbers of unsigned types wrap around 2^32, as shader arithmetic does. */

export const u32 = (value: number | bigint): string => `${BigInt.asUintN(32, BigInt(value))}u`;

export const i32 = (value: number | bigint): string => `${BigInt.asIntN(32, BigInt(value))}i`;

export const vector = (type: 'u32' | 'i32', values: readonly (number | bigint)[]): string =>
  `vec${values.length}<${type}>(${values.map(type === 'u32' ? u32 : i32).join(', ')})`;

export const constants = (values: Readonly<Record<string, number | bigint>>): string =>
  Object.entries(values)
    .map(([name, value]) => `const ${name} = ${u32(value)};`)
    .join('\n');

/** A `Form` or a `WideForm` of `shaders/exact`. */
export function formText(form: WordForm): string {
  const terms = ([x, y, z, bias]: Terms): string => `${vector('u32', [x, y, z])}, ${u32(bias)}`;
  const start = `${terms(form.estimate)}, ${u32(form.shift)}`;
  if (!form.wide) return `Form(${start}, ${terms(form.exact)}, ${u32(form.divisor)})`;
  const low = form.exact.map((one) => BigInt.asUintN(16, one)) as unknown as Terms;
  const high = form.exact.map((one) => one >> 16n) as unknown as Terms;
  const divisor = `${u32(BigInt.asUintN(16, form.divisor))}, ${u32(form.divisor >> 16n)}`;
  return `WideForm(${start}, ${terms(low)}, ${terms(high)}, ${divisor})`;
}

/** A row of a fixed form, as a vector. */
export const fixedRow = ({ coefficients }: FixedForm, row: number): string =>
  vector('i32', [...coefficients.subarray(4 * row, 4 * row + 4)]);

/** The fractions of a row of a fixed form that has them, as a vector. */
export const fixedFractions = ({ fractions }: FixedForm, row: number): string =>
  vector('u32', [...(fractions ?? new Uint16Array(12)).subarray(4 * row, 4 * row + 4)]);
