import type { TransferCharacteristics } from '@framerail/media-types';

/** A curve between code values and light, both 0 to 1. */
export interface TransferCurve {
  /** Light of a code value. */
  toLight(code: number): number;
  /** Code value of light; what is below 0 gives 0, or what the curve's straight part gives. */
  toCode(light: number): number;
}

// BT.2020-2 table 4, to as many digits as make the two parts meet (alpha - 1 is 5.5 beta).
const ALPHA = 1.099_296_826_809_442;
const BETA = 0.018_053_968_510_807;

/** BT.709 and BT.601: the camera's curve. Its straight part keeps dark codes apart in 16 bits, which a power would not. */
const BT709_CURVE: TransferCurve = {
  toLight: (code) => (code < 4.5 * BETA ? code / 4.5 : ((code + ALPHA - 1) / ALPHA) ** (1 / 0.45)),
  toCode: (light) => (light < BETA ? 4.5 * light : ALPHA * light ** 0.45 - (ALPHA - 1)),
};

/** IEC 61966-2-1. */
const SRGB_CURVE: TransferCurve = {
  toLight: (code) => (code <= 0.040_45 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4),
  toCode: (light) => (light <= 0.003_130_8 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055),
};

const LINEAR: TransferCurve = { toLight: (code) => code, toCode: (light) => light };

// BT.2100-2 table 4.
const [M1, M2] = [2610 / 16_384, (2523 / 4096) * 128];
const [C1, C2, C3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];

/** PQ (BT.2100-2 table 4); light of 1 is 10,000 cd/m². */
export const PQ_CURVE: TransferCurve = {
  toLight(code) {
    const root = code ** (1 / M2);
    return (Math.max(root - C1, 0) / (C2 - C3 * root)) ** (1 / M1);
  },
  toCode(light) {
    const root = Math.max(light, 0) ** M1;
    return ((C1 + C2 * root) / (1 + C3 * root)) ** M2;
  },
};

// BT.2100-2 table 5: b = 1 - 4a, c = 1/2 - a ln(4a).
const A = 0.178_832_77;
const B = 1 - 4 * A;
const C = 0.5 - A * Math.log(4 * A);

/** HLG (BT.2100-2 table 5); light is the scene's, 1 is the brightest. */
export const HLG_CURVE: TransferCurve = {
  toLight: (code) => (code <= 0.5 ? (code * code) / 3 : (Math.exp((code - C) / A) + B) / 12),
  toCode: (light) => (light <= 1 / 12 ? Math.sqrt(3 * Math.max(light, 0)) : A * Math.log(12 * light - B) + C),
};

const CURVES: Readonly<Record<TransferCharacteristics, TransferCurve>> = {
  bt709: BT709_CURVE,
  smpte170m: BT709_CURVE,
  'iec61966-2-1': SRGB_CURVE,
  linear: LINEAR,
  pq: PQ_CURVE,
  hlg: HLG_CURVE,
};

/** The curve between a frame's codes and the light that was recorded: the inverse of the OETF, for PQ the EOTF. */
export function transferCurve(transfer: TransferCharacteristics): TransferCurve {
  return CURVES[transfer];
}

/** BT.1886 with black at 0: what a display makes of BT.709 and BT.601. */
const BT1886: TransferCurve = {
  toLight: (code) => Math.max(code, 0) ** 2.4,
  toCode: (light) => Math.max(light, 0) ** (1 / 2.4),
};

/**
 * The curve between a frame's codes and the light of a reference display: BT.1886 for BT.709 and BT.601, else
 * {@link transferCurve}.
 */
export function displayCurve(transfer: TransferCharacteristics): TransferCurve {
  return transfer === 'bt709' || transfer === 'smpte170m' ? BT1886 : CURVES[transfer];
}

/** Whether codes stand for more light than an SDR display has. */
export function isHdr(transfer: TransferCharacteristics): transfer is 'pq' | 'hlg' {
  return transfer === 'pq' || transfer === 'hlg';
}
