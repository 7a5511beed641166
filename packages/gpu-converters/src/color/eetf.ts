import { PQ_CURVE } from './transfer-curves.js';

/** How bright source and target are, in cd/m². */
export interface Peaks {
  /** The brightest that the source shows; what is brighter is taken for it. */
  readonly sourcePeakNits: number;
  /** What the target's white stands for. */
  readonly targetPeakNits: number;
}

/** PQ's light of 1, in cd/m². */
export const PQ_PEAK_NITS = 10_000;

/**
 * The EETF of BT.2390 (section 5.4.1) with black at 0 on both sides: in PQ codes as shares of the source's peak, the
 * identity up to a knee at `1.5 · maxLum - 0.5`, then a Hermite spline that ends level at the target's peak.
 *
 * @returns maps light in cd/m² to light in cd/m², at most the target's peak
 */
export function eetf({ sourcePeakNits, targetPeakNits }: Peaks): (nits: number) => number {
  const sourcePeak = PQ_CURVE.toCode(sourcePeakNits / PQ_PEAK_NITS);
  const maximum = PQ_CURVE.toCode(targetPeakNits / PQ_PEAK_NITS) / sourcePeak;
  if (maximum >= 1) return (nits) => Math.min(nits, targetPeakNits);
  const knee = 1.5 * maximum - 0.5;
  const kneeNits = knee > 0 ? PQ_PEAK_NITS * PQ_CURVE.toLight(knee * sourcePeak) : 0;
  return (nits) => {
    if (nits <= kneeNits) return nits;
    const code = Math.min(PQ_CURVE.toCode(nits / PQ_PEAK_NITS) / sourcePeak, 1);
    const t = (code - knee) / (1 - knee);
    const [t2, t3] = [t * t, t * t * t];
    const mapped =
      (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * maximum;
    return PQ_PEAK_NITS * PQ_CURVE.toLight(mapped * sourcePeak);
  };
}
