import type { PixelFormat } from '@framerail/media-types';
import { afterAll, describe, expect, test } from 'vitest';
import { requireProgram, requireShared } from '../../../scripts/testing/require.js';
import { carryOut, conversionPlan, FORMATS, formatOf } from './convert-with.js';
import { convertWithFfmpeg, FRAME, hasFilter, realFrames, type Scaler } from './ffmpeg-frames.js';
import { convertByFormula } from './formula.js';
import { type Components, type Grid, isRgb, readComponents } from './formula-frames.js';

const FRAMES = 2;

/** How far samples are from the formula. */
interface Distance {
  /** Samples that aren't the rounded value. */
  wrong: number;
  samples: number;
  /** Codes from the value that isn't rounded. */
  most: number;
  /** Codes on average. */
  mean: number;
}

function distance(exact: Components, made: Components, to: PixelFormat): Distance {
  const result = { wrong: 0, samples: 0, most: 0, mean: 0 };
  const unit = to === 'RGBA16F' ? 65_535 : isRgb(to) ? 255 : 1;
  for (const [name, plane] of exact) {
    // Alpha comes and goes as ffmpeg's planar formats have it.
    if (name === 'A') continue;
    const own = made.get(name) as Grid;
    for (let y = 0; y < plane.height; y += 1) {
      for (let x = 0; x < plane.width; x += 1) {
        const wanted = unit * plane.at(x, y);
        const actual = to === 'RGBA16F' ? unit * own.at(x, y) : own.at(x, y);
        const off = Math.abs(actual - wanted);
        result.samples += 1;
        result.mean += off;
        result.most = Math.max(result.most, off);
        if (actual !== Math.floor(wanted + 0.5)) result.wrong += 1;
      }
    }
  }
  result.mean /= result.samples;
  return result;
}

const film = requireShared('media/big-buck-bunny-480p-30s.mp4');

const isThere = requireProgram('ffmpeg');

describe.runIf(isThere)('real frames', () => {
  const report: string[] = [];
  const scalers: readonly Scaler[] = isThere && hasFilter('zscale') ? ['swscale', 'zscale'] : ['swscale'];
  const percent = ({ wrong, samples, most }: Distance): string =>
    `${((100 * wrong) / samples).toFixed(2)} % (${most.toFixed(2)})`;

  describe.each(FORMATS)('from %s', (from) => {
    // Bodies of suites that don't run are run to list their tests.
    const frames = isThere ? realFrames(from, film, FRAMES) : [];
    // ffmpeg doesn't write half floats.
    const others = FORMATS.filter((to) => to !== from && to !== 'RGBA16F');
    const theirs =
      from === 'RGBA16F' || !isThere
        ? []
        : convertWithFfmpeg(
            from,
            frames[0] as Uint8Array,
            others.flatMap((to) => scalers.map((scaler) => ({ scaler, to }))),
          );

    test.each(FORMATS.filter((to) => to !== from))('to %s are within a code of the formula', (to) => {
      for (const [index, data] of frames.entries()) {
        // The last one changes matrix, range and siting too.
        const isLast = index === FRAMES - 1;
        const source = formatOf(from, FRAME);
        const target = formatOf(
          to,
          FRAME,
          isLast ? { matrix: 'smpte170m', fullRange: true, chromaLocation: 'topleft' } : {},
        );
        const exact = convertByFormula(
          readComponents({ data, layout: source.layout }),
          source,
          target,
          'bilinear',
        );
        const ours = carryOut(conversionPlan(source, target), data);
        const own = distance(exact, readComponents({ data: ours, layout: target.layout }), to);
        // The step of half floats is up to 32 of their 65,535ths.
        expect(own.most).toBeLessThanOrEqual(to === 'RGBA16F' ? 32 : 1);
        if (index > 0 || from === 'RGBA16F' || to === 'RGBA16F') continue;
        const line = [`${from} to ${to}: ${percent(own)}`];
        for (const { scaler, data: other } of theirs.filter((task) => task.to === to)) {
          const off = distance(exact, readComponents({ data: other, layout: target.layout }), to);
          line.push(`${scaler} ${percent(off)}`);
          // Another order of bytes, siting, matrix or range would be many codes off.
          expect(off.mean).toBeLessThanOrEqual(to === 'P010' || to === 'I420P10' ? 8 : 2);
        }
        report.push(line.join(', '));
      }
    });
  });

  afterAll(() => {
    const head = 'samples that are not the rounded rational value (and the most codes off) on a real frame:';
    console.info([head, ...report].join('\n'));
  });
});
