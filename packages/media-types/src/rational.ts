/** An exact fraction in lowest terms with a positive denominator. Both parts are safe integers. */
export interface Rational {
  /** Carries the sign. */
  readonly numerator: number;
  /** 1 or more. */
  readonly denominator: number;
}

/**
 * Makes an exact fraction, reduced to lowest terms.
 *
 * @param numerator - a safe integer
 * @param denominator - a safe integer other than 0; default 1
 * @throws RangeError if a part is no safe integer or the denominator is 0
 */
export function rational(numerator: number, denominator = 1): Rational {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator === 0) {
    throw new RangeError(
      `Expected safe integers with a denominator other than 0 but received ${numerator}/${denominator}`,
    );
  }
  return fromBigInt(BigInt(numerator), BigInt(denominator));
}

/**
 * Parses `30`, `29.97`, `30000/1001` or `30000:1001` into an exact fraction (a decimal is taken as written).
 *
 * @param text - what FFmpeg or a user writes
 * @returns the fraction, or `undefined` if the text is none or its denominator is 0
 */
export function parseRational(text: string): Rational | undefined {
  const match = /^\s*([+-]?\d+)(?:\.(\d+))?(?:\s*[/:]\s*(\d+))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '0', decimals = '', below = '1'] = match;
  const denominator = BigInt(below) * 10n ** BigInt(decimals.length);
  if (denominator === 0n) return undefined;
  const numerator = BigInt(whole + decimals);
  if (!isSafe(numerator) || !isSafe(denominator)) return undefined;
  return fromBigInt(numerator, denominator);
}

/** @returns `numerator/denominator`, the form that FFmpeg takes everywhere. */
export function formatRational(value: Rational): string {
  return `${value.numerator}/${value.denominator}`;
}

/** @returns the nearest double; for showing, never for counting frames. */
export function rationalToNumber(value: Rational): number {
  return value.numerator / value.denominator;
}

/** @returns -1, 0 or 1 as `a` is less than, equal to or greater than `b`, exactly. */
export function compareRational(a: Rational, b: Rational): -1 | 0 | 1 {
  const left = BigInt(a.numerator) * BigInt(b.denominator);
  const right = BigInt(b.numerator) * BigInt(a.denominator);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** @returns `a · b` exactly. @throws RangeError if a part of the product is no safe integer */
export function multiplyRational(a: Rational, b: Rational): Rational {
  return fromBigInt(BigInt(a.numerator) * BigInt(b.numerator), BigInt(a.denominator) * BigInt(b.denominator));
}

/** @returns `1 / value` exactly. @throws RangeError if the value is 0 */
export function invertRational(value: Rational): Rational {
  return rational(value.denominator, value.numerator);
}

/** How a quotient of integers becomes an integer. */
export type Rounding = 'floor' | 'ceil' | 'half-up';

/**
 * `factor · a / b` of integers as an integer, exact whatever the size of the product.
 *
 * @param factor - a safe integer
 * @param a - a safe integer
 * @param b - a safe integer greater than 0
 * @param rounding - how the quotient is rounded
 * @throws RangeError if the result is no safe integer
 */
export function multiplyDivide(factor: number, a: number, b: number, rounding: Rounding): number {
  const product = BigInt(factor) * BigInt(a);
  const divisor = BigInt(b);
  const quotient =
    rounding === 'floor'
      ? floorDivide(product, divisor)
      : rounding === 'ceil'
        ? -floorDivide(-product, divisor)
        : floorDivide(2n * product + divisor, 2n * divisor);
  if (!isSafe(quotient))
    throw new RangeError(`Expected a quotient within safe integers but received ${quotient}`);
  return Number(quotient);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function fromBigInt(numerator: bigint, denominator: bigint): Rational {
  const sign = denominator < 0n ? -1n : 1n;
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator * sign);
  const n = (numerator * sign) / divisor;
  const d = (denominator * sign) / divisor;
  if (!isSafe(n) || !isSafe(d))
    throw new RangeError(`Expected a fraction of safe integers but received ${n}/${d}`);
  return Object.freeze({ numerator: Number(n), denominator: Number(d) });
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER);
}
