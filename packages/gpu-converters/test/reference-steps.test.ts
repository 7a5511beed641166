import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestOf, type Row, type RowSource, wholePicture } from '../src/backends/reference/row-source.js';
import { colorMatrixRows } from '../src/backends/reference/stages/color-matrix.js';
import { curvesRows } from '../src/backends/reference/stages/curves.js';
import { lut3dRows } from '../src/backends/reference/stages/lut3d.js';
import { mixRows } from '../src/backends/reference/stages/mix.js';
import { overlayRows } from '../src/backends/reference/stages/overlay.js';
import { placeRows } from '../src/backends/reference/stages/place.js';
import { resampleRows } from '../src/backends/reference/stages/resample.js';
import { scaleRows } from '../src/backends/reference/stages/scale.js';
import { generator } from '../src/contract/random-numbers.js';
import { recipeStep } from '../src/contract/recipe-steps.js';
import type { BlendMode, PreparedOperation, Taps } from '../src/operations/prepared-operation.js';

type Of<Type extends PreparedOperation['type']> = Extract<PreparedOperation, { type: Type }>;
type Pixel = readonly number[];

interface Picture extends RowSource {
  /** Channels as shares of white. */
  pixel(x: number, y: number): Pixel;
}

const scene = fc.record({
  seed: fc.nat(),
  width: fc.integer({ min: 1, max: 14 }),
  height: fc.integer({ min: 1, max: 12 }),
  depth: fc.constantFrom(8 as const, 16 as const),
});

function pictureOf({
  seed,
  width,
  height,
  depth,
}: {
  seed: number;
  width: number;
  height: number;
  depth: 8 | 16;
}): Picture {
  const random = generator(`picture ${seed}`);
  const largest = largestOf(depth);
  const values = Array.from({ length: width * height * 4 }, () =>
    random.pick([0, largest, random.below(largest + 1), random.below(largest + 1)]),
  );
  const row = (y: number): Row => {
    const own = values.slice(4 * width * y, 4 * width * (y + 1));
    return depth === 8 ? Uint8Array.from(own) : Uint16Array.from(own);
  };
  return {
    width,
    height,
    depth,
    row,
    pixel: (x, y) =>
      [0, 1, 2, 3].map((channel) => (values[4 * (width * y + x) + channel] as number) / largest),
  };
}

/**
 * Holds a step to a formula in doubles: at most `codes` of 8 or of 16 bits from it, for pictures and steps of all kinds.
 */
function holds<Type extends PreparedOperation['type']>(
  kind: Type,
  codes: { readonly 8: number; readonly 16: number },
  run: (source: RowSource, step: Of<Type>) => RowSource,
  formula: (source: Picture, step: Of<Type>, x: number, y: number) => Pixel,
): void {
  const property = fc.property(scene, fc.nat(), (numbers, seed) => {
    const source = pictureOf(numbers);
    const step = recipeStep({ kind, seed }, { ...source, maxSide: 20 });
    // At 16 bits a recipe has `resample` in place of `scale`.
    if (step.type !== kind) return;
    const result = run(source, step as Of<Type>);
    const largest = largestOf(result.depth);
    for (let y = 0; y < result.height; y += 1) {
      const row = result.row(y);
      for (let x = 0; x < result.width; x += 1) {
        for (const [channel, exact] of formula(source, step as Of<Type>, x, y).entries()) {
          const off = Math.abs((row[4 * x + channel] as number) - largest * Math.min(Math.max(exact, 0), 1));
          if (!(off <= codes[result.depth])) expect([x, y, channel, off]).toEqual([x, y, channel, 0]);
        }
      }
    }
  });
  fc.assert(property, { seed: 36, numRuns: 300 });
}

const overlay = (value: number, other: number, mode: BlendMode): number =>
  blended(other, value, mode === 'overlay' ? 'hardLight' : mode);

/** W3C Compositing and Blending Level 1, section 9: `d` is the backdrop, `s` the source; soft light is Pegtop's. */
function blended(d: number, s: number, mode: BlendMode): number {
  const formulas: Readonly<Record<BlendMode, () => number>> = {
    normal: () => s,
    multiply: () => d * s,
    screen: () => 1 - (1 - d) * (1 - s),
    overlay: () => overlay(d, s, 'overlay'),
    darken: () => Math.min(d, s),
    lighten: () => Math.max(d, s),
    add: () => Math.min(1, d + s),
    difference: () => Math.abs(d - s),
    exclusion: () => d + s - 2 * d * s,
    hardLight: () => (s <= 0.5 ? 2 * s * d : 1 - 2 * (1 - s) * (1 - d)),
    softLight: () => (1 - 2 * s) * d * d + 2 * s * d,
    colorDodge: () => (d === 0 ? 0 : s === 1 ? 1 : Math.min(1, d / (1 - s))),
    colorBurn: () => (d === 1 ? 1 : s === 0 ? 0 : 1 - Math.min(1, (1 - d) / s)),
  };
  return formulas[mode]();
}

describe('each step is its formula in doubles', () => {
  test('scale: between the four nearest pixels, centres on centres', () => {
    holds('scale', { 8: 1.5, 16: 0 }, scaleRows, (source, { width, height }, x, y) => {
      // Weights are 256ths, so positions are off by up to 1/512 of a step between two pixels on each axis.
      const at = (index: number, from: number, to: number): number =>
        Math.min(Math.max(((index + 0.5) * from) / to - 0.5, 0), from - 1);
      const [u, v] = [at(x, source.width, width), at(y, source.height, height)];
      const [a, b] = [Math.floor(u), Math.floor(v)];
      const pixel = (column: number, line: number): Pixel =>
        source.pixel(Math.min(column, source.width - 1), Math.min(line, source.height - 1));
      return [0, 1, 2, 3].map(
        (channel) =>
          (1 - v + b) *
            ((1 - u + a) * (pixel(a, b)[channel] as number) +
              (u - a) * (pixel(a + 1, b)[channel] as number)) +
          (v - b) *
            ((1 - u + a) * (pixel(a, b + 1)[channel] as number) +
              (u - a) * (pixel(a + 1, b + 1)[channel] as number)),
      );
    });
  });

  test('resample: the weighted sum over both axes', () => {
    const share = (
      taps: Taps | undefined,
      index: number,
    ): readonly (readonly [at: number, weight: number])[] =>
      taps === undefined
        ? [[index, 1]]
        : Array.from({ length: taps.count }, (_, k) => [
            (taps.start[index] as number) + k,
            (taps.weights[index * taps.count + k] as number) / 16_384,
          ]);
    // At 16 bits what is between the axes is kept within a quarter of overshoot; weights here keep within it.
    const property = fc.property(scene, fc.nat(), (numbers, seed) => {
      const source = pictureOf(numbers);
      const step = recipeStep({ kind: 'resample', seed }, { ...source, maxSide: 20 }) as Of<'resample'>;
      const result = resampleRows(source, step);
      const largest = largestOf(source.depth);
      for (let y = 0; y < step.height; y += 1) {
        const row = result.row(y);
        for (let x = 0; x < step.width; x += 1) {
          for (let channel = 0; channel < 4; channel += 1) {
            let [sum, isWithin, spread] = [0, true, 0];
            for (const [line, down] of share(step.vertical, y)) {
              let across = 0;
              for (const [column, weight] of share(step.horizontal, x))
                across += weight * (source.pixel(column, line)[channel] as number);
              isWithin &&= source.depth === 8 || (across >= -0.25 && across <= 1.25);
              spread += Math.abs(down);
              sum += down * across;
            }
            if (!isWithin) continue;
            const exact = largest * Math.min(Math.max(sum, 0), 1);
            // Half a step at the end; before it 1/128 of a code at 8 bits, half a step at 16, times the weights down.
            const allowed = 0.5 + spread * (source.depth === 8 ? 1 / 128 : 0.5) + 1e-6;
            expect(Math.abs((row[4 * x + channel] as number) - exact)).toBeLessThanOrEqual(allowed);
          }
        }
      }
    });
    fc.assert(property, { seed: 37, numRuns: 300 });
  });

  test('place: every pixel from where the port says, or the fill', () => {
    const run = (source: RowSource, step: Of<'place'>): RowSource => {
      if (!step.transpose) return placeRows(source, step);
      const whole = wholePicture(source);
      for (;;) {
        const next = whole.next();
        if (next.done) return placeRows(next.value, step);
      }
    };
    holds('place', { 8: 1e-9, 16: 1e-9 }, run, (source, step, x, y) => {
      const turned = step.transpose
        ? { width: source.height, height: source.width, at: (u: number, v: number) => [v, u] as const }
        : { width: source.width, height: source.height, at: (u: number, v: number) => [u, v] as const };
      const [u, v] = [x - step.x, y - step.y];
      if (u < 0 || v < 0 || u >= turned.width || v >= turned.height)
        return step.fill.map((value) => value / largestOf(source.depth));
      const [a, b] = turned.at(u, v);
      return source.pixel(step.flipX ? source.width - 1 - a : a, step.flipY ? source.height - 1 - b : b);
    });
  });

  test('colorMatrix: the affine map, rounded once', () => {
    holds(
      'colorMatrix',
      { 8: 0.5 + 1e-9, 16: 0.5 + 1e-9 },
      colorMatrixRows,
      (source, { coefficients }, x, y) => {
        const [r, g, b, a] = source.pixel(x, y) as [number, number, number, number];
        const row = (at: number): number => {
          const [mr, mg, mb, off] = coefficients.subarray(at, at + 4) as unknown as [
            number,
            number,
            number,
            number,
          ];
          return (mr * r + mg * g + mb * b + off / 255) / 4096;
        };
        return [row(0), row(4), row(8), a];
      },
    );
  });

  test('curves: the table’s own entry, alpha at the new depth', () => {
    holds('curves', { 8: 0.5, 16: 1e-6 }, curvesRows, (source, { from, to, tables }, x, y) => {
      const pixel = source.pixel(x, y);
      const looked = tables.map(
        (table, channel) =>
          (table[Math.round((pixel[channel] as number) * largestOf(from))] as number) / largestOf(to),
      );
      return [...looked, pixel[3] as number];
    });
  });

  test('lut3d: the tetrahedron around the colour', () => {
    holds('lut3d', { 8: 0.5 + 1e-6, 16: 0.5 + 1e-6 }, lut3dRows, (source, { size, entries }, x, y) => {
      const [r, g, b, a] = source.pixel(x, y) as [number, number, number, number];
      const scaled = [r, g, b].map((value) => value * (size - 1));
      // The cell below, so that white lies at the end of the last one.
      const cell = scaled.map((value) => Math.min(Math.floor(value + 1e-12), size - 2));
      const rest = scaled.map((value, channel) => value - (cell[channel] as number));
      const node = (steps: readonly number[], channel: number): number => {
        const [i, j, k] = cell.map((value, axis) => value + (steps[axis] as number)) as [
          number,
          number,
          number,
        ];
        return (entries[3 * (i + size * (j + size * k)) + channel] as number) / 65_535;
      };
      // Kasson et al. 1995: a colour is its lowest corner and the rests' differences along the longest path first.
      const order = [0, 1, 2].sort((one, other) => (rest[other] as number) - (rest[one] as number));
      return [
        ...[0, 1, 2].map((channel) => {
          const steps = [0, 0, 0];
          let value = node(steps, channel);
          for (const axis of order) {
            const before = node(steps, channel);
            steps[axis] = 1;
            value += (rest[axis] as number) * (node(steps, channel) - before);
          }
          return value;
        }),
        a,
      ];
    });
  });

  test('mix: by 256ths, rounded once', () => {
    holds('mix', { 8: 0.5 + 1e-9, 16: 0.5 + 1e-9 }, mixRows, (source, { image, along, weights }, x, y) => {
      const weight = (weights[along === 'x' ? x : y] as number) / 256;
      return source
        .pixel(x, y)
        .map(
          (value, channel) =>
            (1 - weight) * value +
            (weight * (image.data[4 * (y * image.width + x) + channel] as number)) / 255,
        );
    });
  });

  test('overlay: W3C’s blending, within the rounding of its products', () => {
    // Each product is rounded to a code: soft light has three, and two more mix. Dodge and burn divide what is left of
    // a byte, which is exact in itself but cut down.
    holds('overlay', { 8: 2.5, 16: 2.5 }, overlayRows, (source, step, x, y) => {
      const { image, opacity, premultiplied = false, mode = 'normal' } = step;
      const below = source.pixel(x, y);
      const [u, v] = [x - step.x, y - step.y];
      if (u < 0 || v < 0 || u >= image.width || v >= image.height) return below;
      const over = [0, 1, 2, 3].map(
        (channel) => (image.data[4 * (v * image.width + u) + channel] as number) / 255,
      );
      const alpha = ((over[3] as number) * opacity) / 255;
      const colors = [0, 1, 2].map((channel) => {
        const [d, s] = [below[channel] as number, over[channel] as number];
        return premultiplied
          ? (s * opacity) / 255 + d * (1 - alpha)
          : blended(d, s, mode) * alpha + d * (1 - alpha);
      });
      return [...colors, alpha + (below[3] as number) * (1 - alpha)];
    });
  });
});
