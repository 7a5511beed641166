import type { Taps } from '../operations/prepared-operation.js';
import { makeTaps, TAPS_ONE } from '../operations/taps.js';
import type { Generator } from './random-numbers.js';

/** The most that the magnitudes of a position's weights may add up to. */
const LARGEST_MAGNITUDE = 26_000;

/** Weights as scaling makes them, or any that the port allows. */
export function recipeTaps(random: Generator, sourceSize: number, targetSize: number): Taps {
  if (random.below(3) === 0) return wildTaps(random, sourceSize, targetSize);
  const ratio = sourceSize / targetSize;
  const filter = random.pick(['bilinear', 'bicubic', 'lanczos3', 'area'] as const);
  return makeTaps({
    sourceSize,
    targetSize,
    ratio,
    position: (index) => (index + 0.5) * ratio - 0.5,
    filter,
  });
}

/** Positions in any order, weights as large as allowed. */
function wildTaps(random: Generator, sourceSize: number, targetSize: number): Taps {
  const count = random.between(1, Math.min(sourceSize, 9));
  const start = Uint32Array.from({ length: targetSize }, () => random.below(sourceSize - count + 1));
  const weights = new Int16Array(targetSize * count);
  for (let index = 0; index < targetSize; index += 1) {
    const own = weights.subarray(index * count, (index + 1) * count);
    const [one, other] = [random.below(count), random.below(count)];
    // What overshoots on one side is taken back on the other.
    const overshoot = random.pick([0, (LARGEST_MAGNITUDE - TAPS_ONE) / 2, random.below(4000)]);
    const share = random.below(TAPS_ONE + 1);
    own[one] = share;
    own[other] = (own[other] as number) + TAPS_ONE - share;
    if (count > 1) {
      own[one] = (own[one] as number) + overshoot;
      own[(one + 1) % count] = (own[(one + 1) % count] as number) - overshoot;
    }
  }
  return { start, count, weights };
}
