/**
 * An integer-valued map of three integers: `floor((a·x + b·y + c·z + k) / d)`. Rounding half up is part of
 * `k`. The five numbers have no common factor.
 */
export interface ExactForm {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly k: number;
  /** Greater than 0. */
  readonly d: number;
}

/**
 * Makes the form of `round((a·x + b·y + c·z + k) / d)`, rounded half up.
 *
 * @param parts - exact; `d` greater than 0
 */
export function roundedForm(parts: { a: bigint; b: bigint; c: bigint; k: bigint; d: bigint }): ExactForm {
  const { a, b, c, k, d } = parts;
  const doubled = [2n * a, 2n * b, 2n * c, 2n * k + d, 2n * d] as const;
  const divisor = doubled.reduce(greatestCommonDivisor);
  const [fa, fb, fc, fk, fd] = doubled.map((part) => Number(part / divisor)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return Object.freeze({ a: fa, b: fb, c: fc, k: fk, d: fd });
}

/**
 * Evaluates a form and keeps the result within a byte.
 *
 * Doubles are exact here: every form of this package has sums below 2^53, and a quotient below 2^10 with a
 * denominator below 2^42 is never rounded up to the integer above it.
 */
export function evaluateToByte(form: ExactForm, x: number, y: number, z: number): number {
  const value = Math.floor((form.a * x + form.b * y + form.c * z + form.k) / form.d);
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
