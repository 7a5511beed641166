/**
 * The 8×8 matrix of ordered dither (Bayer, 1973), 0 to 63, row by row: entry `8 * (y & 7) + (x & 7)`. Rounding adds
 * `(2B + 1) / 128` of a code where it would add a half.
 */
export const BAYER_8: Uint8Array = Uint8Array.from({ length: 64 }, (_, index) => {
  const [x, y] = [index & 7, index >> 3];
  let value = 0;
  for (let bit = 0; bit < 3; bit += 1) {
    const [column, row] = [(x >> bit) & 1, (y >> bit) & 1];
    value |= (((column ^ row) << 1) | row) << (2 * (2 - bit));
  }
  return value;
});
