import type { ColorPrimaries, ColorSpace, TransferCharacteristics } from '@framerail/media-types';
import { eetf, type Peaks, PQ_PEAK_NITS } from './eetf.js';
import { gamutMapper } from './gamut-mapping.js';
import { luminanceWeights } from './primaries.js';
import { displayCurve, HLG_CURVE, PQ_CURVE } from './transfer-curves.js';

/** Primaries and curve of codes. */
export type Codes = Pick<ColorSpace, 'primaries' | 'transfer'>;

type Curve = (value: number) => number;

/** From codes of one kind to codes of another, as functions of doubles. */
export interface ColorMap {
  /** Light of a code of the source, 0 to 1; for each channel. */
  readonly toLight: Curve;
  /** What the source's OOTF multiplies light by at a luminance (0 to 1); not set: nothing. */
  readonly ootfGain: Curve | undefined;
  /** What all channels are multiplied by when the largest is at some value (0 to {@link LARGEST_LIGHT}). */
  readonly gain: Curve;
  /** Code of the target for light, 0 to 1. */
  readonly toCode: Curve;
  /** Whether `toCode` rises so fast at black that a table over square roots can't hold it. */
  readonly isSteep: boolean;
  readonly from: ColorPrimaries;
  readonly to: ColorPrimaries;
  /** See {@link gamutMapper}. */
  readonly untouched: number;
}

/** Red of BT.2020 has 1.66 in BT.709; no pair of gamuts goes further than this. */
export const LARGEST_LIGHT = 2;

/** HLG's system gamma for a display of a peak: BT.2100-2 table 5 note 5f, outside 400 to 2,000 cd/m² BT.2390 section 6.2. */
export function systemGamma(peakNits: number): number {
  return peakNits >= 400 && peakNits <= 2000
    ? 1.2 + 0.42 * Math.log10(peakNits / 1000)
    : 1.2 * 1.111 ** Math.log2(peakNits / 1000);
}

/**
 * HDR to SDR: display light of the source as a share of its peak (PQ's EOTF; HLG's inverse OETF, then its OOTF), the
 * target's primaries with saturation compressed into them, the EETF on max(R, G, B) as one factor for all three, and the
 * inverse of the target's display curve.
 */
export function toneMapping(source: Codes, target: Codes, peaks: Peaks): ColorMap {
  const { sourcePeakNits, targetPeakNits } = peaks;
  const map = eetf(peaks);
  const gamma = systemGamma(sourcePeakNits);
  const isPq = source.transfer === 'pq';
  return {
    toLight: isPq
      ? (code) => Math.min((PQ_PEAK_NITS * PQ_CURVE.toLight(code)) / sourcePeakNits, 1)
      : HLG_CURVE.toLight,
    ootfGain: isPq ? undefined : (luminance) => luminance ** (gamma - 1),
    gain: (largest) => map(largest * sourcePeakNits) / (largest * targetPeakNits),
    toCode: displayCurve(target.transfer).toCode,
    isSteep: false,
    from: source.primaries,
    to: target.primaries,
    // HDR was graded for its own gamut: its most saturated colours shall differ from each other here too.
    untouched: 0.8,
  };
}

/**
 * Other primaries, same curve: light by the curve of the source's display (HLG: the scene's light), mapped into the target's gamut
 * and back by the same curve, so that greys keep their codes. What lies in the target's gamut is that colour exactly:
 * files tagged with wide primaries often hold BT.709's colours. Where a channel would be above white, all
 * three are made darker, which keeps the hue.
 */
export function primariesConversion(
  from: ColorPrimaries,
  to: ColorPrimaries,
  transfer: TransferCharacteristics,
): ColorMap {
  const { toLight, toCode } = displayCurve(transfer);
  const gain = (largest: number): number => Math.min(1 / largest, 1);
  return { toLight, ootfGain: undefined, gain, toCode, isSteep: transfer === 'pq', from, to, untouched: 1 };
}

/**
 * The part of a map that mixes channels: takes light of R, G and B and writes codes into `out`, kept within 0 and 1.
 */
export function mixingPart(map: ColorMap): (r: number, g: number, b: number, out: Float64Array) => void {
  const intoGamut = gamutMapper(map.from, map.to, map.untouched);
  const [wr, wg, wb] = luminanceWeights(map.from);
  const { ootfGain, gain, toCode } = map;
  return (r, g, b, out) => {
    const luminance = ootfGain === undefined ? 1 : wr * r + wg * g + wb * b;
    const display = ootfGain === undefined || luminance === 0 ? 1 : ootfGain(luminance);
    intoGamut(r * display, g * display, b * display, out);
    const [x, y, z] = out as unknown as [number, number, number];
    const largest = Math.max(x, y, z);
    const factor = largest > 0 ? gain(largest) : 0;
    out[0] = Math.min(toCode(x * factor), 1);
    out[1] = Math.min(toCode(y * factor), 1);
    out[2] = Math.min(toCode(z * factor), 1);
  };
}
