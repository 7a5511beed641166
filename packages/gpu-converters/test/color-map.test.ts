import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemGamma } from '../src/color/color-map.js';
import { eetf } from '../src/color/eetf.js';
import { gamutMapper } from '../src/color/gamut-mapping.js';
import { luminanceWeights, primariesMatrix } from '../src/color/primaries.js';
import { displayCurve, HLG_CURVE, PQ_CURVE, transferCurve } from '../src/color/transfer-curves.js';

const PRIMARIES = ['bt709', 'bt470bg', 'smpte170m', 'bt2020', 'smpte432'] as const;
const light = fc.double({ min: 0, max: 1, noNaN: true });

describe('curves', () => {
  test('are those of the standards', () => {
    // BT.2100: 203 cd/m² is 58 % of PQ and (at a display of 1,000) 75 % of HLG; 100 cd/m² is 51 % of PQ.
    expect(PQ_CURVE.toCode(203 / 10_000)).toBeCloseTo(0.58, 2);
    expect(PQ_CURVE.toCode(100 / 10_000)).toBeCloseTo(0.508, 3);
    expect(PQ_CURVE.toCode(1000 / 10_000)).toBeCloseTo(0.7518, 4);
    expect([PQ_CURVE.toLight(0), PQ_CURVE.toLight(1)]).toEqual([0, 1]);
    expect(1000 * HLG_CURVE.toLight(0.75) ** 1.2).toBeCloseTo(203, 0);
    expect(HLG_CURVE.toLight(0.5)).toBeCloseTo(1 / 12, 12);
    expect(HLG_CURVE.toLight(1)).toBeCloseTo(1, 6);
    expect(transferCurve('bt709').toCode(0.18)).toBeCloseTo(0.409, 3);
    expect(transferCurve('iec61966-2-1').toCode(0.18)).toBeCloseTo(0.4614, 4);
    expect(displayCurve('bt709').toLight(0.5)).toBeCloseTo(0.5 ** 2.4, 12);
    expect([400, 1000, 2000].map(systemGamma).map((gamma) => gamma.toFixed(3))).toEqual([
      '1.033',
      '1.200',
      '1.326',
    ]);
    expect(systemGamma(203)).toBeCloseTo(1.2 * 1.111 ** Math.log2(0.203), 12);
  });

  test('lead back', () => {
    const property = fc.property(
      fc.constantFrom('bt709', 'smpte170m', 'iec61966-2-1', 'linear', 'pq', 'hlg'),
      light,
      (transfer, code) => {
        for (const { toLight, toCode } of [transferCurve(transfer), displayCurve(transfer)])
          expect(toCode(toLight(code))).toBeCloseTo(code, 5);
      },
    );
    fc.assert(property, { seed: 111, numRuns: 1000 });
  });
});

describe('primaries', () => {
  test('are the matrices of the standards', () => {
    // BT.2087-0: BT.709 to BT.2020.
    const published = [
      [0.6274, 0.3293, 0.0433],
      [0.0691, 0.9195, 0.0114],
      [0.0164, 0.088, 0.8956],
    ];
    for (const [row, values] of primariesMatrix('bt709', 'bt2020').entries())
      for (const [column, value] of values.entries())
        expect(value).toBeCloseTo((published[row] as number[])[column] as number, 4);
    expect(luminanceWeights('bt709').map((weight) => weight.toFixed(4))).toEqual([
      '0.2126',
      '0.7152',
      '0.0722',
    ]);
    expect(luminanceWeights('bt2020').map((weight) => weight.toFixed(4))).toEqual([
      '0.2627',
      '0.6780',
      '0.0593',
    ]);
  });

  test('keep white, and lead back', () => {
    for (const from of PRIMARIES) {
      for (const to of PRIMARIES) {
        const [there, back] = [primariesMatrix(from, to), primariesMatrix(to, from)];
        for (const row of there) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
        for (const [index, row] of there.entries()) {
          const product = [0, 1, 2].map((column) =>
            row.reduce(
              (sum, value, k) => sum + value * ((back[k] as readonly number[])[column] as number),
              0,
            ),
          );
          for (const [column, value] of product.entries())
            expect(value).toBeCloseTo(index === column ? 1 : 0, 12);
        }
      }
    }
  });
});

describe('gamut mapping', () => {
  const pair = fc.constantFrom(
    ['bt2020', 'bt709'] as const,
    ['smpte432', 'bt709'] as const,
    ['bt2020', 'smpte432'] as const,
    ['bt709', 'bt2020'] as const,
    ['smpte170m', 'bt709'] as const,
  );

  test('keeps luminance and hue, and leaves nothing negative', () => {
    const property = fc.property(
      pair,
      fc.constantFrom(0.5, 0.8, 1),
      light,
      light,
      light,
      ([from, to], untouched, r, g, b) => {
        const out = new Float64Array(3);
        gamutMapper(from, to, untouched)(r, g, b, out);
        const weights = luminanceWeights(to);
        const luminance = luminanceWeights(from).reduce(
          (sum, weight, index) => sum + weight * ([r, g, b][index] as number),
          0,
        );
        const made = weights.reduce((sum, weight, index) => sum + weight * (out[index] as number), 0);
        expect(Math.min(...out)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(made - luminance)).toBeLessThanOrEqual(1e-9);
        // The direction away from grey stays: all three differences shrink by one factor, at most 1.
        const exact = primariesMatrix(from, to).map((row) => row[0] * r + row[1] * g + row[2] * b);
        const differences = exact.map((value) => value - luminance);
        const most = differences.reduce(
          (best, value, index) => (Math.abs(value) > Math.abs(differences[best] as number) ? index : best),
          0,
        );
        if (Math.abs(differences[most] as number) < 1e-6) return;
        const factor = ((out[most] as number) - luminance) / (differences[most] as number);
        expect(factor).toBeLessThanOrEqual(1 + 1e-9);
        for (const [index, value] of differences.entries())
          expect(Math.abs((out[index] as number) - luminance - factor * value)).toBeLessThanOrEqual(1e-7);
        // Colours well inside stay as they are.
        if ((luminance - Math.min(...exact)) / luminance <= untouched) expect(factor).toBeCloseTo(1, 9);
      },
    );
    fc.assert(property, { seed: 112, numRuns: 5000 });
  });

  test('puts the source’s border onto the target’s, and keeps the order of saturations', () => {
    const property = fc.property(light, light, fc.constantFrom(0, 1, 2), (a, b, zero) => {
      const full = [a, b];
      full.splice(zero, 0, 0);
      const out = new Float64Array(3);
      const map = gamutMapper('bt2020', 'bt709', 0.8);
      const luminance = luminanceWeights('bt2020').reduce(
        (sum, weight, index) => sum + weight * (full[index] as number),
        0,
      );
      if (luminance < 1e-3) return;
      let before = -1;
      for (let share = 0; share <= 1; share += 1 / 32) {
        const [r, g, blue] = full.map((value) => luminance + share * (value - luminance)) as [
          number,
          number,
          number,
        ];
        map(r, g, blue, out);
        const saturation = (luminance - Math.min(...out)) / luminance;
        expect(saturation).toBeGreaterThan(before);
        before = saturation;
      }
      expect(before).toBeLessThanOrEqual(1 + 1e-9);
    });
    fc.assert(property, { seed: 113, numRuns: 500 });
  });
});

describe('the EETF', () => {
  const peaks = fc.record({
    sourcePeakNits: fc.double({ min: 100, max: 10_000, noNaN: true }),
    targetPeakNits: fc.double({ min: 50, max: 1000, noNaN: true }),
  });

  test('is the identity below its knee, rises, and ends at the target’s peak', () => {
    const property = fc.property(peaks, (both) => {
      const map = eetf(both);
      const { sourcePeakNits, targetPeakNits } = both;
      expect(map(sourcePeakNits)).toBeCloseTo(Math.min(sourcePeakNits, targetPeakNits), 6);
      expect(map(2 * sourcePeakNits)).toBeLessThanOrEqual(targetPeakNits + 1e-6);
      let before = 0;
      for (let step = 1; step <= 200; step += 1) {
        const nits = (step / 200) ** 3 * sourcePeakNits;
        const mapped = map(nits);
        expect(mapped).toBeGreaterThan(before);
        expect(mapped).toBeLessThanOrEqual(nits * (1 + 1e-9));
        before = mapped;
      }
      const top = PQ_CURVE.toCode(Math.min(targetPeakNits / sourcePeakNits, 1) * (sourcePeakNits / 10_000));
      const knee = 1.5 * top - 0.5 * PQ_CURVE.toCode(sourcePeakNits / 10_000);
      if (knee > 0) {
        const nits = 10_000 * PQ_CURVE.toLight(knee * 0.999);
        expect(map(nits)).toBeCloseTo(nits, 6);
      }
    });
    fc.assert(property, { seed: 114, numRuns: 200 });
  });

  test('is the spline of BT.2390 at a point computed by hand', () => {
    // 1,000 to 100: maxLum 0.508078 / 0.751827, knee 1.5 maxLum - 0.5; t = 1/2 gives ks/2 + (1 - ks)/8 + maxLum/2.
    const [source, maximum] = [PQ_CURVE.toCode(0.1), PQ_CURVE.toCode(0.01) / PQ_CURVE.toCode(0.1)];
    const knee = 1.5 * maximum - 0.5;
    const half = (knee + 1) / 2;
    const nits = 10_000 * PQ_CURVE.toLight(half * source);
    const expected = 10_000 * PQ_CURVE.toLight((knee / 2 + (1 - knee) / 8 + maximum / 2) * source);
    expect(eetf({ sourcePeakNits: 1000, targetPeakNits: 100 })(nits)).toBeCloseTo(expected, 8);
  });
});
