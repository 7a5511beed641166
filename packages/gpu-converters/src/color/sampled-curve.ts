/** Samples of a curve: enough for a hundredth of a code of 8 bits, small enough for a processor's cache. */
const SAMPLES = 8192;

/**
 * A curve by a table over the square root of its argument, with straight lines between: powers are what making a cube would
 * otherwise spend its time on.
 *
 * @param curve - smooth in the square root of its argument
 * @param largest - of the arguments; what is above is taken for it
 */
export function sampledCurve(curve: (value: number) => number, largest: number): (value: number) => number {
  const table = new Float64Array(SAMPLES + 2);
  for (let index = 0; index < table.length; index += 1)
    table[index] = curve((index / SAMPLES) ** 2 * largest);
  // A gain has no value at 0; next to it, it is as good as that.
  if (!Number.isFinite(table[0])) table[0] = table[1] as number;
  const scale = SAMPLES / Math.sqrt(largest);
  return (value) => {
    const position = Math.min(Math.sqrt(value) * scale, SAMPLES);
    const index = Math.floor(position);
    const own = table[index] as number;
    return own + (position - index) * ((table[index + 1] as number) - own);
  };
}
