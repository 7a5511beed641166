// Operations as their docblocks describe them, in doubles and pixel by pixel, beside what their steps do to a frame.
import { type ColorSpace, type FrameFormat, frameLayout, SRGB } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HALF_TO_UNIT16, numberToHalf } from '../src/exact/half-float.js';
import { type Operation, planConversion } from '../src/index.js';
import { carryOut } from './convert-with.js';
import { halfValue } from './formula-frames.js';

type Pixel = readonly number[];

/** R, G, B, A of every pixel, as shares of white. */
interface Shares {
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly Pixel[];
}

const cut = (value: number): number => Math.min(Math.max(value, 0), 1);
const at = ({ width, height, pixels }: Shares, x: number, y: number): Pixel =>
  pixels[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)] as Pixel;
const make = (width: number, height: number, pixel: (x: number, y: number) => Pixel): Shares => ({
  width,
  height,
  pixels: Array.from({ length: width * height }, (_, index) =>
    pixel(index % width, Math.floor(index / width)),
  ),
});
const recolor = (frame: Shares, change: (rgb: Pixel, x: number, y: number) => Pixel): Shares =>
  make(frame.width, frame.height, (x, y) => {
    const pixel = at(frame, x, y);
    return [...change(pixel.slice(0, 3), x, y).slice(0, 3).map(cut), pixel[3] as number];
  });

const SIZE = { width: 9, height: 7 };

/** A frame of RGBA at 8 bits, or of half floats, with any transfer. */
function formatOf(
  format: 'RGBA' | 'RGBA16F',
  size: { width: number; height: number },
  transfer: ColorSpace['transfer'],
): FrameFormat {
  return {
    layout: frameLayout({ format, width: size.width, height: size.height }),
    color: { ...SRGB, transfer },
  };
}

/** Carries operations out and gives what they should give beside what they give. */
function run(
  format: 'RGBA' | 'RGBA16F',
  seed: number,
  operations: readonly Operation[],
  meant: (frame: Shares) => Shares,
  transfer: ColorSpace['transfer'] = 'bt709',
) {
  const source = formatOf(format, SIZE, transfer);
  const isHalf = format === 'RGBA16F';
  const data = new Uint8Array(source.layout.byteLength);
  const words = new Uint16Array(data.buffer);
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  if (isHalf) for (let index = 0; index < words.length; index += 1) words[index] = numberToHalf(next());
  else for (let index = 0; index < data.length; index += 1) data[index] = Math.floor(next() * 256);
  const values = isHalf
    ? Array.from(words, (half) => (HALF_TO_UNIT16[half] as number) / 65_535)
    : Array.from(data, (byte) => byte / 255);
  const frame = make(SIZE.width, SIZE.height, (x, y) => {
    const first = 4 * (y * SIZE.width + x);
    return values.slice(first, first + 4);
  });
  const expected = meant(frame);
  const plan = planConversion(source, formatOf(format, expected, transfer), { operations });
  const made = carryOut(plan, data);
  const madeWords = new Uint16Array(made.buffer);
  const shares = isHalf ? Array.from(madeWords, halfValue) : Array.from(made, (byte) => byte / 255);
  let worst = 0;
  for (const [index, pixel] of expected.pixels.entries())
    for (const [channel, value] of pixel.entries())
      worst = Math.max(worst, Math.abs((shares[4 * index + channel] as number) - cut(value)));
  return { plan, codes: worst * 255 };
}

const format = fc.constantFrom('RGBA' as const, 'RGBA16F' as const);
const share = fc.oneof(fc.constantFrom(0, 1, 0.5), fc.double({ min: 0, max: 1, noNaN: true }));
const seeds = fc.nat();
/** Half a code, and half a step of a half float below 1. */
const rounding = (of: 'RGBA' | 'RGBA16F'): number => (of === 'RGBA' ? 0.5 + 1e-9 : 0.07);

describe('geometry', () => {
  test('crop, pad, flip, rotate and solid move pixels and nothing else', () => {
    const fill = fc.tuple(share, share, share, share);
    const operation: fc.Arbitrary<readonly [Operation, (frame: Shares) => Shares]> = fc.oneof(
      fc
        .record({
          x: fc.nat(4),
          y: fc.nat(3),
          width: fc.integer({ min: 1, max: 4 }),
          height: fc.integer({ min: 1, max: 3 }),
        })
        .map(
          (part) =>
            [
              { type: 'crop', ...part },
              (frame: Shares) => make(part.width, part.height, (x, y) => at(frame, x + part.x, y + part.y)),
            ] as const,
        ),
      fc.record({ left: fc.nat(3), top: fc.nat(3), right: fc.nat(3), bottom: fc.nat(3), fill }).map(
        (pad) =>
          [
            { type: 'pad', ...pad },
            (frame: Shares) =>
              make(frame.width + pad.left + pad.right, frame.height + pad.top + pad.bottom, (x, y) => {
                const [u, v] = [x - pad.left, y - pad.top];
                return u >= 0 && v >= 0 && u < frame.width && v < frame.height ? at(frame, u, v) : pad.fill;
              }),
          ] as const,
      ),
      fc
        .constantFrom('horizontal' as const, 'vertical' as const)
        .map(
          (axis) =>
            [
              { type: 'flip', axis },
              (frame: Shares) =>
                make(frame.width, frame.height, (x, y) =>
                  axis === 'horizontal'
                    ? at(frame, frame.width - 1 - x, y)
                    : at(frame, x, frame.height - 1 - y),
                ),
            ] as const,
        ),
      fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const).map(
        (degrees) =>
          [
            { type: 'rotate', degrees },
            (frame: Shares) => {
              // One quarter clockwise: what was left is above.
              const quarter = (one: Shares): Shares =>
                make(one.height, one.width, (x, y) => at(one, y, one.height - 1 - x));
              return Array.from({ length: degrees / 90 }).reduce<Shares>(quarter, frame);
            },
          ] as const,
      ),
      fill.map(
        (color) =>
          [
            { type: 'solid', fill: color },
            (frame: Shares) => make(frame.width, frame.height, () => color),
          ] as const,
      ),
    ) as fc.Arbitrary<readonly [Operation, (frame: Shares) => Shares]>;
    const property = fc.property(
      format,
      seeds,
      fc.array(operation, { minLength: 1, maxLength: 5 }),
      (of, seed, all) => {
        // A crop has to lie inside what the ones before leave.
        const operations: Operation[] = [];
        let size = { ...SIZE };
        const meant = all.filter(([one]) => {
          if (one.type === 'crop' && (one.x + one.width > size.width || one.y + one.height > size.height))
            return false;
          if (one.type === 'crop') size = { width: one.width, height: one.height };
          if (one.type === 'pad')
            size = {
              width: size.width + (one.left ?? 0) + (one.right ?? 0),
              height: size.height + (one.top ?? 0) + (one.bottom ?? 0),
            };
          if (one.type === 'rotate' && one.degrees % 180 !== 0)
            size = { width: size.height, height: size.width };
          operations.push(one);
          return true;
        });
        const { plan, codes } = run(of, seed, operations, (frame) =>
          meant.reduce((one, [, change]) => change(one), frame),
        );
        expect(codes).toBeLessThanOrEqual(rounding(of));
        expect(plan.operations.every(({ type }) => type === 'place')).toBe(true);
      },
    );
    fc.assert(property, { seed: 91, numRuns: 400 });
  });

  test('letterbox keeps proportions and centres', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (width, height) => {
        const source = formatOf('RGBA', SIZE, 'bt709');
        const plan = planConversion(source, formatOf('RGBA', { width, height }, 'bt709'), {
          operations: [{ type: 'letterbox', width, height, fill: [1, 0, 0] }],
        });
        const scale = Math.min(width / SIZE.width, height / SIZE.height);
        const [inner, other] = [SIZE.width * scale, SIZE.height * scale];
        const scaled =
          plan.operations.find((step) => step.type === 'scale' || step.type === 'resample') ?? SIZE;
        expect(Math.abs((scaled as typeof SIZE).width - Math.max(inner, 1))).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(Math.abs((scaled as typeof SIZE).height - Math.max(other, 1))).toBeLessThanOrEqual(0.5 + 1e-9);
        const bars = plan.operations.find((step) => step.type === 'place');
        if (bars?.type === 'place') {
          expect(bars).toMatchObject({ width, height, fill: [255, 0, 0, 255] });
          expect(Math.abs(2 * bars.x + (scaled as typeof SIZE).width - width)).toBeLessThanOrEqual(1);
          expect(Math.abs(2 * bars.y + (scaled as typeof SIZE).height - height)).toBeLessThanOrEqual(1);
        }
      },
    );
    fc.assert(property, { seed: 92, numRuns: 300 });
  });
});

/** Filters as functions of the distance, and light as the standards have it. */
const KERNELS = {
  bilinear: { reach: 1, at: (d: number) => Math.max(0, 1 - d) },
  bicubic: {
    reach: 2,
    at: (d: number) =>
      d < 1 ? 1.5 * d ** 3 - 2.5 * d ** 2 + 1 : d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0,
  },
  lanczos3: {
    reach: 3,
    at: (d: number) =>
      d === 0
        ? 1
        : d < 3
          ? (3 * Math.sin(Math.PI * d) * Math.sin((Math.PI * d) / 3)) / (Math.PI * d) ** 2
          : 0,
  },
};

function scaleBy(
  frame: Shares,
  width: number,
  height: number,
  filter: keyof typeof KERNELS | 'area',
  between: (value: number) => number = cut,
): Shares {
  const axis = (
    sizes: readonly [number, number],
    read: (sample: number) => number,
    index: number,
  ): number => {
    const [from, to] = sizes;
    const ratio = from / to;
    if (from === to) return read(index);
    const position = (index + 0.5) * ratio - 0.5;
    let [sum, total] = [0, 0];
    for (let sample = -40; sample < from + 40; sample += 1) {
      let weight: number;
      if (ratio > 2 || filter === 'area') {
        const half = Math.max(ratio, 1) / 2;
        weight = Math.max(
          0,
          Math.min(sample + 0.5, position + half) - Math.max(sample - 0.5, position - half),
        );
      } else {
        const widening = filter === 'bilinear' ? 1 : Math.max(ratio, 1);
        weight = KERNELS[filter].at(Math.abs(sample - position) / widening);
      }
      sum += weight * read(sample);
      total += weight;
    }
    return sum / total;
  };
  const across = make(width, frame.height, (x, y) =>
    [0, 1, 2, 3].map((channel) =>
      axis([frame.width, width], (sample) => at(frame, sample, y)[channel] as number, x),
    ),
  );
  return make(width, height, (x, y) =>
    [0, 1, 2, 3].map((channel) =>
      between(axis([frame.height, height], (sample) => at(across, x, sample)[channel] as number, y)),
    ),
  );
}

const toLight = (code: number): number =>
  code < 0.081 ? code / 4.5 : ((code + 0.099) / 1.099) ** (1 / 0.45);
const toCode = (light: number): number => (light < 0.018 ? 4.5 * light : 1.099 * light ** 0.45 - 0.099);

describe('scale', () => {
  const sides = fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }));
  const filter = fc.constantFrom(
    'bilinear' as const,
    'bicubic' as const,
    'lanczos3' as const,
    'area' as const,
  );

  test('is the filter, within a code', () => {
    const property = fc.property(format, seeds, sides, filter, (of, seed, [width, height], by) => {
      const operation: Operation = { type: 'scale', width, height, filter: by };
      const { plan, codes } = run(of, seed, [operation], (frame) => scaleBy(frame, width, height, by));
      // Bilinear scaling at 8 bits has weights of 256ths: up to 1/256 of 255 codes an axis.
      const isLegacy = plan.operations.some((step) => step.type === 'scale');
      expect(codes).toBeLessThanOrEqual(rounding(of) + (isLegacy ? 1 : 0.1));
    });
    fc.assert(property, { seed: 93, numRuns: 250 });
  });

  test('of linear light mixes light', () => {
    const property = fc.property(format, seeds, sides, filter, (of, seed, [width, height], by) => {
      if (width === SIZE.width && height === SIZE.height) return;
      const operation: Operation = { type: 'scale', width, height, filter: by, linearLight: true };
      const { plan, codes } = run(of, seed, [operation], (frame) => {
        const light = make(frame.width, frame.height, (x, y) => {
          const [r, g, b, a] = at(frame, x, y) as [number, number, number, number];
          return [toLight(r), toLight(g), toLight(b), a];
        });
        const scaled = scaleBy(light, width, height, by);
        return make(width, height, (x, y) => {
          const [r, g, b, a] = at(scaled, x, y) as [number, number, number, number];
          return [toCode(r), toCode(g), toCode(b), a];
        });
      });
      expect(plan.operations.map(({ type }) => type)).toEqual(['curves', 'resample', 'curves']);
      // The standards' rounded constants leave a step of their own where the curve's two parts meet.
      expect(codes).toBeLessThanOrEqual(rounding(of) + 0.35);
    });
    fc.assert(property, { seed: 94, numRuns: 150 });
  });

  test('of one row or column leaves the other axis alone', () => {
    const source = formatOf('RGBA16F', SIZE, 'bt709');
    const size = { width: SIZE.width, height: 20 };
    const plan = planConversion(source, formatOf('RGBA16F', size, 'bt709'), {
      operations: [{ type: 'scale', ...size, filter: 'bicubic' }],
    });
    expect(plan.operations).toMatchObject([{ type: 'resample', horizontal: undefined }]);
  });
});

describe('colour', () => {
  const amounts = fc.record({
    exposure: fc.oneof(fc.constant(0), fc.double({ min: -10, max: 10, noNaN: true })),
    gamma: fc.oneof(fc.constant(1), fc.double({ min: 0.1, max: 10, noNaN: true })),
  });

  test('exposure and gamma are one curve, rounded once', () => {
    const property = fc.property(seeds, amounts, (seed, { exposure, gamma }) => {
      const { plan, codes } = run('RGBA', seed, [{ type: 'color', exposure, gamma }], (frame) =>
        recolor(frame, (rgb) =>
          rgb.map((value) => {
            const exposed = exposure === 0 ? value : cut(toCode(cut(2 ** exposure * toLight(value))));
            return exposed ** (1 / gamma);
          }),
        ),
      );
      expect(plan.operations.length).toBeLessThanOrEqual(1);
      expect(codes).toBeLessThanOrEqual(gamma > 1 ? 3 : 0.7);
    });
    fc.assert(property, { seed: 95, numRuns: 200 });
  });

  test('hue turns colours about the greys: luma stays, R - Y and B - Y turn', () => {
    const property = fc.property(
      format,
      seeds,
      fc.double({ min: -360, max: 360, noNaN: true }),
      fc.double({ min: 0, max: 1.2, noNaN: true }),
      (of, seed, hue, saturation) => {
        const [kr, kg, kb] = [0.2126, 0.7152, 0.0722];
        const { codes } = run(of, seed, [{ type: 'color', hue, saturation }], (frame) =>
          recolor(frame, ([r, g, b]) => {
            const luma = kr * (r as number) + kg * (g as number) + kb * (b as number);
            const [v, u] = [(r as number) - luma, (b as number) - luma];
            const angle = (hue * Math.PI) / 180;
            const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
            const red = luma + saturation * (cos * v + sin * u);
            const blue = luma + saturation * (cos * u - sin * v);
            return [red, (luma - kr * red - kb * blue) / kg, blue];
          }),
        );
        expect(codes).toBeLessThanOrEqual(rounding(of) + 0.15);
      },
    );
    fc.assert(property, { seed: 96, numRuns: 300 });
  });

  test('greys stay greys through hue and saturation, exactly', () => {
    const property = fc.property(
      fc.double({ min: -360, max: 360, noNaN: true }),
      fc.double({ min: 0, max: 4, noNaN: true }),
      fc.constantFrom('bt709', 'smpte170m', 'bt2020-ncl'),
      (hue, saturation, matrix) => {
        const layout = frameLayout({ format: 'RGBA', width: 256, height: 1 });
        const plan = planConversion(
          { layout, color: SRGB },
          { layout, color: { ...SRGB, matrix } },
          { operations: [{ type: 'color', hue, saturation }] },
        );
        const data = Uint8Array.from({ length: 1024 }, (_, index) => index >> 2);
        expect(carryOut(plan, data)).toEqual(data);
      },
    );
    fc.assert(property, { seed: 97, numRuns: 200 });
  });

  test('a matrix is its numbers, a fade what lies between', () => {
    const factor = fc.double({ min: -2, max: 2, noNaN: true });
    const row = fc.tuple(factor, factor, factor, fc.double({ min: -1, max: 1, noNaN: true }));
    const matrix = fc.property(format, seeds, fc.tuple(row, row, row), (of, seed, rows) => {
      const { codes } = run(of, seed, [{ type: 'matrix', coefficients: rows.flat() }], (frame) =>
        recolor(frame, (rgb) =>
          rows.map(
            (own) => own[3] + rgb.reduce((sum, value, index) => sum + value * (own[index] as number), 0),
          ),
        ),
      );
      expect(codes).toBeLessThanOrEqual(rounding(of) + 0.1);
    });
    fc.assert(matrix, { seed: 98, numRuns: 200 });
    const fade = fc.property(
      format,
      seeds,
      share,
      fc.tuple(share, share, share),
      (of, seed, amount, color) => {
        const { codes } = run(of, seed, [{ type: 'fade', amount, color }], (frame) =>
          recolor(frame, (rgb) =>
            rgb.map((value, index) => value + amount * ((color[index] as number) - value)),
          ),
        );
        expect(codes).toBeLessThanOrEqual(rounding(of) + 0.1);
      },
    );
    fc.assert(fade, { seed: 99, numRuns: 200 });
  });
});

const picture = (seed: number, width = SIZE.width, height = SIZE.height) => ({
  data: Uint8Array.from(
    { length: 4 * width * height },
    (_, index) => (Math.imul(index + 1, 2_654_435_761 + 2 * seed) >>> 13) & 255,
  ),
  width,
  height,
});
const sharesOf = ({ data, width, height }: ReturnType<typeof picture>): Shares =>
  make(width, height, (x, y) =>
    [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)].map((byte) => byte / 255),
  );

describe('transitions', () => {
  test('a dissolve mixes all channels by its amount', () => {
    const property = fc.property(format, seeds, share, (of, seed, amount) => {
      const other = picture(seed);
      const { codes } = run(of, seed, [{ type: 'dissolve', other, amount }], (frame) =>
        make(SIZE.width, SIZE.height, (x, y) =>
          at(frame, x, y).map(
            (value, index) => value + amount * ((at(sharesOf(other), x, y)[index] as number) - value),
          ),
        ),
      );
      // Amounts are taken in 256ths.
      expect(codes).toBeLessThanOrEqual(rounding(of) + 0.5);
    });
    fc.assert(property, { seed: 101, numRuns: 150 });
  });

  test('a wipe’s edge goes from one end to the other, with its ramp', () => {
    const property = fc.property(
      seeds,
      share,
      share,
      fc.constantFrom('left', 'right', 'up', 'down'),
      (seed, amount, softness, direction) => {
        const other = picture(seed);
        const isAcross = direction === 'left' || direction === 'right';
        const size = isAcross ? SIZE.width : SIZE.height;
        const { codes, plan } = run(
          'RGBA',
          seed,
          [{ type: 'wipe', other, amount, direction, softness }],
          (frame) =>
            make(SIZE.width, SIZE.height, (x, y) => {
              const along = isAcross ? x : y;
              const middle = direction === 'right' || direction === 'down' ? along + 0.5 : size - along - 0.5;
              const ramp = softness * size;
              const passed = amount * (size + ramp) - middle;
              const weight = ramp === 0 ? (passed > 0 ? 1 : 0) : cut(passed / ramp);
              return at(frame, x, y).map(
                (value, index) => value + weight * ((at(sharesOf(other), x, y)[index] as number) - value),
              );
            }),
        );
        expect(codes).toBeLessThanOrEqual(1.01);
        if (amount === 0) expect(plan.operations).toEqual([]);
        if (amount === 1) expect(codes).toBeLessThan(1e-9);
      },
    );
    fc.assert(property, { seed: 102, numRuns: 300 });
  });

  test('a wipe only goes on', () => {
    const property = fc.property(
      share,
      share,
      share,
      fc.constantFrom('left', 'down'),
      (a, b, softness, direction) => {
        const weights = (amount: number): Uint16Array => {
          const source = formatOf('RGBA', SIZE, 'bt709');
          const plan = planConversion(source, source, {
            operations: [{ type: 'wipe', other: picture(1), amount, direction, softness }],
          });
          const [step] = plan.operations;
          return step?.type === 'mix'
            ? step.weights
            : new Uint16Array(direction === 'left' ? SIZE.width : SIZE.height);
        };
        const [less, more] = [weights(Math.min(a, b)), weights(Math.max(a, b))];
        expect(less.every((weight, index) => weight <= (more[index] as number))).toBe(true);
      },
    );
    fc.assert(property, { seed: 103, numRuns: 200 });
  });
});

describe('overlays', () => {
  test('premultiplied pictures lie as straight ones do', () => {
    const property = fc.property(
      format,
      seeds,
      fc.integer({ min: -4, max: 9 }),
      fc.integer({ min: -4, max: 9 }),
      share,
      fc.constantFrom('normal', 'multiply', 'screen'),
      (of, seed, x, y, opacity, blend) => {
        const straight = picture(seed, 5, 4);
        const data = straight.data.map((value, index) => {
          const alpha = straight.data[(index & ~3) + 3] as number;
          return index % 4 === 3 ? value : Math.round((value * alpha) / 255);
        });
        const { codes } = run(
          of,
          seed,
          [{ type: 'overlay', image: { ...straight, data }, x, y, opacity, premultiplied: true, blend }],
          (frame) =>
            make(SIZE.width, SIZE.height, (column, row) => {
              const [u, v] = [column - x, row - y];
              const below = at(frame, column, row);
              if (u < 0 || v < 0 || u >= 5 || v >= 4) return below;
              const above = at(sharesOf(straight), u, v);
              const alpha = ((above[3] as number) * Math.round(opacity * 255)) / 255;
              return below.map((d, channel) => {
                const s = above[channel] as number;
                if (channel === 3) return alpha + d * (1 - alpha);
                const blended = blend === 'normal' ? s : blend === 'multiply' ? s * d : s + d - s * d;
                return alpha * blended + (1 - alpha) * d;
              });
            }),
        );
        // Premultiplied bytes know their colours to half a code, times what alpha is.
        expect(codes).toBeLessThanOrEqual(2.2);
      },
    );
    fc.assert(property, { seed: 104, numRuns: 300 });
  });
});
