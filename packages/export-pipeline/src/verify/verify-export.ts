import { locateFfmpeg, probe } from '@framerail/ffmpeg';
import { expectInteger } from '@framerail/lifecycle';
import type { ExportOptions } from '../export-options.js';
import { planExport } from '../plan/plan-export.js';
import { compareWithReference } from './compare.js';
import { containerChecks } from './container-checks.js';
import { defaultThresholds } from './thresholds.js';
import type {
  ReferenceScores,
  Verification,
  VerificationCheck,
  VerificationThresholds,
} from './verification.js';

/** Options of {@link verifyExport}: those of the export, and how closely to look. */
export interface VerifyOptions extends ExportOptions {
  /** Compares every nth frame with ffmpeg's; 1 or more. Default 1: all of them. */
  readonly everyNthFrame?: number | undefined;
  /** Default {@link defaultThresholds} for the export's quality; single ones can be given. */
  readonly thresholds?: Partial<VerificationThresholds> | undefined;
}

/**
 * Checks an export against its source: frame count, duration, size, the sound's offset, colour tags, and every
 * nth frame against the same edit done wholly by ffmpeg, by PSNR and SSIM. One ffmpeg process does the
 * edit and the comparison; it takes about as long as the export did for each frame that is compared.
 *
 * @param options - the options that were given to `exportVideo`
 * @returns the checks with what was expected and found; a check that fails is no exception
 * @throws FramerailError as `probe` and `runFfmpeg` do, when a file can't be read; `E_INVALID_ARGUMENT`; `E_ABORTED`
 */
export async function verifyExport(options: VerifyOptions): Promise<Verification> {
  const start = performance.now();
  const everyNthFrame = expectInteger('everyNthFrame', options.everyNthFrame ?? 1, { min: 1 });
  const thresholds = { ...defaultThresholds(options.crf), ...options.thresholds };
  const { signal } = options;
  const reading = signal === undefined ? {} : { signal };
  const binaries = options.binaries ?? (await locateFfmpeg(reading));
  const source = await probe(options.input, { binaries, ...reading });
  const output = await probe(options.output, { binaries, countFrames: true, ...reading });
  const plan = planExport(options, source);
  const scores = await compareWithReference({ binaries, plan, source, output, everyNthFrame, signal });
  const checks = [
    ...containerChecks({ plan, source, output, thresholds }),
    ...scoreChecks(scores, Math.ceil(plan.target.frames / everyNthFrame), thresholds),
  ];
  const seconds = (performance.now() - start) / 1000;
  return Object.freeze({ ok: checks.every(({ ok }) => ok), checks, scores, seconds });
}

function scoreChecks(
  scores: ReferenceScores,
  expectedFrames: number,
  thresholds: VerificationThresholds,
): VerificationCheck[] {
  const { psnr, ssim, coarsePsnr, frames, worstFrame } = scores;
  const areAllCompared = frames === expectedFrames;
  const compared = areAllCompared ? `${frames} frames` : `only ${frames} of ${expectedFrames} frames`;
  const db = (value: number): string => `${value.toFixed(2)} dB`;
  return [
    {
      id: 'psnr',
      ok: areAllCompared && psnr.y >= thresholds.minPsnrY,
      expected: `luma ${db(thresholds.minPsnrY)} or more`,
      actual: `luma ${db(psnr.y)}, chroma ${db(psnr.u)} and ${db(psnr.v)}, worst frame ${worstFrame.index} ${db(worstFrame.psnrY)}, over ${compared}`,
    },
    {
      id: 'ssim',
      ok: areAllCompared && ssim.all >= thresholds.minSsim,
      expected: `${thresholds.minSsim.toFixed(3)} or more`,
      actual: `${ssim.all.toFixed(4)}, over ${compared}`,
    },
    {
      id: 'coarse-psnr',
      ok: areAllCompared && coarsePsnr.average >= thresholds.minCoarsePsnr,
      expected: `${db(thresholds.minCoarsePsnr)} or more at an eighth of the size`,
      actual: `${db(coarsePsnr.average)}, over ${compared}`,
    },
  ];
}
