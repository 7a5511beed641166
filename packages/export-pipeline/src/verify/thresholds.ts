import type { VerificationThresholds } from './verification.js';

/** The quality at which the figures were measured, and from which on more is taken away by design. */
const BASE_CRF = 18;

/**
 * From where on an export counts as right.
 *
 * Measured with x264 `veryfast` at crf 18, 23, 28 and 35 on a film, a fractal and a test picture with heavy noise
 * (docs/decisions/0052): the noise sets PSNR and SSIM, which fall with quality and content and only show that the
 * picture is there. `minCoarsePsnr` is the sharp one: it stays 3 dB above its limit on all of them, and an edit
 * that is off by 4 % of contrast falls below.
 *
 * @param crf - the quality that the export asked for; default 18
 */
export function defaultThresholds(crf: number = BASE_CRF): VerificationThresholds {
  const loss = Math.max(0, crf - BASE_CRF);
  return Object.freeze({
    minPsnrY: 34 - 0.35 * loss,
    minSsim: 0.85 - 0.006 * loss,
    minCoarsePsnr: 49 - 0.6 * loss,
    maxDurationFrames: 1,
    maxAvOffsetMs: 1,
  });
}
