import type { VerificationThresholds } from './verification.js';

/**
 * From where on an export counts as right, unless the caller says otherwise.
 */
export const DEFAULT_THRESHOLDS: VerificationThresholds = Object.freeze({
  minPsnrY: 35,
  minSsim: 0.95,
  maxDurationFrames: 1,
  maxAvOffsetMs: 1,
});
