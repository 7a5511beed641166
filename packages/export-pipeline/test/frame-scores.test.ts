import { describe, expect, it } from 'vitest';
import { readScores } from '../src/verify/frame-scores.js';

const psnrLine = (n: number, mse: number) =>
  `n:${n} mse_avg:${mse} mse_y:${mse} mse_u:${mse / 2} mse_v:0.00 psnr_avg:${mse === 0 ? 'inf' : '40.00'} psnr_y:inf psnr_u:inf psnr_v:inf `;
const ssimLine = (n: number, all: number) =>
  `n:${n} Y:${all} U:1.000000 V:1.000000 All:${all} (${all === 1 ? 'inf' : '20.0'})`;

describe('readScores', () => {
  it('takes PSNR from the mean of the squared errors, SSIM as the mean, and the worst frame by its number', () => {
    const psnr = [psnrLine(1, 1), psnrLine(2, 5), psnrLine(3, 0)].join('\n');
    const ssim = [ssimLine(1, 0.9), ssimLine(2, 0.6), ssimLine(3, 1)].join('\n');
    const scores = readScores({
      psnrText: `${psnr}\n`,
      ssimText: `${ssim}\n`,
      coarseText: psnrLine(1, 3),
      everyNthFrame: 10,
    });
    expect(scores.frames).toBe(3);
    expect(scores.psnr.y).toBeCloseTo(10 * Math.log10(255 ** 2 / 2), 9);
    expect(scores.psnr.u).toBeCloseTo(10 * Math.log10(255 ** 2), 9);
    expect(scores.psnr.v).toBe(Number.POSITIVE_INFINITY);
    expect(scores.ssim.all).toBeCloseTo(2.5 / 3, 9);
    expect(scores.coarsePsnr.y).toBeCloseTo(10 * Math.log10(255 ** 2 / 3), 9);
    expect(scores.worstFrame).toEqual({ index: 10, psnrY: expect.closeTo(10 * Math.log10(255 ** 2 / 5), 9) });
  });

  it('counts no frames where there are none', () => {
    expect(readScores({ psnrText: '', ssimText: '', coarseText: '', everyNthFrame: 1 }).frames).toBe(0);
  });
});
