/** One thing that {@link Verification} looked at. */
export interface VerificationCheck {
  /** Stable name for programs. */
  readonly id: 'frame-count' | 'duration' | 'av-offset' | 'color' | 'size' | 'psnr' | 'ssim' | 'coarse-psnr';
  /** Whether it holds. */
  readonly ok: boolean;
  /** What should be, in words. */
  readonly expected: string;
  /** What is, in words. */
  readonly actual: string;
}

/** Scores against the same edit done wholly by ffmpeg. */
export interface ReferenceScores {
  /** Frames that were compared. */
  readonly frames: number;
  /** Decibels over all compared frames, by plane and over all samples; `Infinity` where nothing differs. */
  readonly psnr: { readonly y: number; readonly u: number; readonly v: number; readonly average: number };
  /** 0 to 1, means over all compared frames, by ffmpeg's definition. */
  readonly ssim: { readonly y: number; readonly u: number; readonly v: number; readonly all: number };
  /** The same at an eighth of the size: what an encoder takes away hardly counts there, a wrong edit does. */
  readonly coarsePsnr: { readonly y: number; readonly average: number };
  /** The frame whose luma differs most, counted in the output from 0, with its own figure in decibels. */
  readonly worstFrame: { readonly index: number; readonly psnrY: number };
}

/** What came of checking an export. */
export interface Verification {
  /** Whether all checks hold. */
  readonly ok: boolean;
  /** Each with what was expected and found. */
  readonly checks: readonly VerificationCheck[];
  /** Behind the checks `psnr`, `ssim` and `coarse-psnr`. */
  readonly scores: ReferenceScores;
  /** Seconds that it took. */
  readonly seconds: number;
}

/** From where on an export counts as right. */
export interface VerificationThresholds {
  /** Least PSNR of luma, in decibels. */
  readonly minPsnrY: number;
  /** Least PSNR over all planes at an eighth of the size, in decibels. */
  readonly minCoarsePsnr: number;
  /** Least SSIM over all planes, 0 to 1. */
  readonly minSsim: number;
  /** Frames by which the file's duration may differ from frame count over rate. */
  readonly maxDurationFrames: number;
  /** Milliseconds by which sound may have moved against the picture, beside one frame of the sound's codec. */
  readonly maxAvOffsetMs: number;
}
