import type { ReferenceScores } from './verification.js';

type Planes = Readonly<Record<string, number>>;

const PEAK = 255;

/** What ffmpeg's filters wrote. */
export interface ScoreTexts {
  readonly psnrText: string;
  readonly ssimText: string;
  readonly coarseText: string;
  readonly everyNthFrame: number;
}

/** Reads lines of `name:number` pairs, as ffmpeg's psnr and ssim filters write them for each frame. */
function readLines(text: string): Planes[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('n:'))
    .map((line) =>
      Object.fromEntries(
        [...line.matchAll(/(\w+):([\d.]+|inf)/g)].map(([, name, value]) => [name, Number(value)]),
      ),
    );
}

/**
 * Puts together what ffmpeg's filters wrote. PSNR comes from the mean of the squared errors over all frames, as
 * the filter itself does it; SSIM is the mean over the frames.
 *
 * @param options - the text of each score's file; `everyNthFrame` gives the worst frame its number in the export
 */
export function readScores(options: ScoreTexts): ReferenceScores {
  const { psnrText, ssimText, coarseText, everyNthFrame } = options;
  const [psnrLines, ssimLines] = [readLines(psnrText), readLines(ssimText)];
  const mean = (lines: readonly Planes[], name: string): number =>
    lines.reduce((sum, line) => sum + (line[name] ?? 0), 0) / Math.max(1, lines.length);
  const psnr = (name: string): number => decibels(mean(psnrLines, `mse_${name}`));
  const luma = psnrLines.map((line) => line['mse_y'] ?? 0);
  const worst = luma.indexOf(Math.max(...luma));
  return {
    frames: Math.min(psnrLines.length, ssimLines.length),
    psnr: { y: psnr('y'), u: psnr('u'), v: psnr('v'), average: psnr('avg') },
    ssim: {
      y: mean(ssimLines, 'Y'),
      u: mean(ssimLines, 'U'),
      v: mean(ssimLines, 'V'),
      all: mean(ssimLines, 'All'),
    },
    coarsePsnr: {
      y: decibels(mean(readLines(coarseText), 'mse_y')),
      average: decibels(mean(readLines(coarseText), 'mse_avg')),
    },
    worstFrame: { index: Math.max(0, worst) * everyNthFrame, psnrY: decibels(luma[worst] ?? 0) },
  };
}

/** Peak signal to noise of 8-bit codes with a mean squared error. */
function decibels(meanSquaredError: number): number {
  return 10 * Math.log10(PEAK ** 2 / meanSquaredError);
}
