/** 65,535 stands for 1.0 in pixels of 16 bits. */
const ONE = 65_535;

/**
 * The value of an IEEE 754 half float (binary16).
 *
 * @param bits - its 16 bits: sign, 5 of exponent, 10 of significand
 * @returns exact; NaN and the infinities as such
 */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const significand = bits & 1023;
  if (exponent === 31) return significand === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * significand * 2 ** -24;
  return sign * (1024 + significand) * 2 ** (exponent - 25);
}

/**
 * The half float nearest to a number, the even one of two that are as near.
 *
 * @param value - any number; what is too large becomes infinite, NaN becomes 0x7e00
 * @returns 16 bits
 */
export function numberToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  // The largest half is 65,504; halfway to the next power of two rounds up to it, that is to infinity.
  if (magnitude >= 65_520) return sign | 0x7c00;
  // The smallest normal half is 2^-14; below it all halves are 2^-24 apart. Scaling by powers of two is exact.
  const exponent = Math.max(Math.floor(Math.log2(magnitude || 2 ** -24)), -14);
  const steps = roundHalfEven(magnitude * 2 ** (10 - exponent));
  // A significand that rounds up to 2048 carries into the exponent by itself.
  return sign | (steps + ((exponent + 14) << 10));
}

/** What stands for 1.0 in numbers that become half floats: a power of two, so that rounding is a shift. */
export const HALF_FRACTION_BITS = 28;

/**
 * The half float nearest to `value / 2^28`, the even one of two that are as near, in 32-bit integers: the highest bit,
 * `e`, tells how many bits are too many, `s = max(e, 14) - 10`; with `m = value >> s`, a half of what is cut off less 1 is
 * added, and 1 more where m is odd. So it is written in shaders and kernels too.
 *
 * @param value - 0 to 2^28
 * @returns 16 bits
 */
export function fixedToHalf(value: number): number {
  // Below 2^-14 all halves are 2^-24 apart.
  const exponent = Math.max(31 - Math.clz32(value), HALF_FRACTION_BITS - 14);
  const shift = exponent - 10;
  const steps = (value + (1 << (shift - 1)) - 1 + ((value >> shift) & 1)) >> shift;
  // The significand's leading one counts the exponent up, and so does one that rounds up to 2048.
  return steps + ((exponent - (HALF_FRACTION_BITS - 14)) << 10);
}

/**
 * What 16-bit pixels make of every half float: `clamp(round(value · 65535))`, rounded half up; NaN is 0, infinities
 * are cut off. 65,536 entries, by the half's bits.
 */
export const HALF_TO_UNIT16: Uint16Array = Uint16Array.from({ length: 65_536 }, (_, bits) => {
  const value = halfToNumber(bits);
  // Eleven bits times 65,535 is exact in a double.
  return Number.isNaN(value) ? 0 : Math.floor(Math.min(Math.max(value, 0), 1) * ONE + 0.5);
});

/** The half float nearest to `v / 65535` for every 16-bit pixel value, ties to even. 65,536 entries. */
export const UNIT16_TO_HALF: Uint16Array = Uint16Array.from({ length: 65_536 }, (_, value) =>
  // The quotient's own rounding can't reach a half's midpoint: it lies at least 2^-42 from all but 0 and 1.
  numberToHalf(value / ONE),
);

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest > 0.5 ? down + 1 : down;
  return down + (down & 1);
}
