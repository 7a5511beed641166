import { MATRIX_COEFFICIENTS, rationalToNumber, type YcbcrMatrix } from '@framerail/media-types';

/** Arguments of ffmpeg's filter `colorchannelmixer`. */
export type MixerArguments = Readonly<Record<string, number>>;

/** A colour adjustment as users give it. */
export interface Adjustment {
  /** Added last, -1 to 1. */
  readonly brightness: number;
  /** Factor about middle grey. */
  readonly contrast: number;
  /** Factor about the luma of {@link Adjustment.matrix}. */
  readonly saturation: number;
  /** Whose luma stays the same when saturation changes. */
  readonly matrix: YcbcrMatrix;
}

/** What the filter takes at most for a coefficient. */
const LARGEST = 2;

/**
 * A colour adjustment for `colorchannelmixer` on float frames with an opaque alpha channel, through which the
 * offset goes. Made from the definition in floats, not from the integers that the backends take, so that a
 * mistake there shows. Coefficients beyond the filter's limit are divided by a power of two and multiplied
 * again by further passes: float frames clip nothing on the way.
 *
 * @param adjustment - see its fields
 * @returns arguments of the passes, in order
 */
export function mixerPasses(adjustment: Adjustment): MixerArguments[] {
  const { brightness, contrast, saturation, matrix } = adjustment;
  const { kr, kg, kb } = MATRIX_COEFFICIENTS[matrix];
  const luma = { r: rationalToNumber(kr), g: rationalToNumber(kg), b: rationalToNumber(kb) };
  const offset = 0.5 - 0.5 * contrast + brightness;
  const row = (target: Channel): number[] => [
    ...CHANNELS.map(
      (source) => contrast * ((1 - saturation) * luma[source] + (target === source ? saturation : 0)),
    ),
    offset,
  ];
  return affinePasses(CHANNELS.flatMap(row));
}

type Channel = 'r' | 'g' | 'b';

const CHANNELS: readonly Channel[] = ['r', 'g', 'b'];

/**
 * The same for any affine map.
 *
 * @param coefficients - row by row `[rR, rG, rB, rOffset, gR, …]`, shares of white
 */
export function affinePasses(coefficients: readonly number[]): MixerArguments[] {
  const passes: Record<string, number> = {};
  for (const [row, target] of CHANNELS.entries()) {
    for (const [column, source] of ['r', 'g', 'b', 'a'].entries())
      passes[target + source] = coefficients[4 * row + column] ?? 0;
  }
  const largest = Math.max(...Object.values(passes).map(Math.abs));
  const doublings = Math.max(0, Math.ceil(Math.log2(largest / LARGEST)));
  const first = Object.fromEntries(
    Object.entries(passes).map(([name, value]) => [name, value / 2 ** doublings]),
  );
  return [first, ...Array.from({ length: doublings }, () => ({ rr: LARGEST, gg: LARGEST, bb: LARGEST }))];
}
