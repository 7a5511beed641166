import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NativeProgramOptions, NativeStep } from '../src/index.js';
import { addon, codeOf, hasAddon } from './addon.js';
import { fillNoise, imageOf, REC709 } from './images.js';

const shape = (format: 'RGBA' | 'NV12', width: number, height: number) => ({
  format,
  width,
  height,
  color: REC709,
});

/** From RGBA to NV12 by steps on 8 bits. */
function eightBits(
  steps: readonly NativeStep[],
  size: [number, number],
  target = size,
): NativeProgramOptions {
  return {
    source: shape('RGBA', ...size),
    target: shape('NV12', ...target),
    upsampling: 'bilinear',
    work: { kind: 'pixels', loadDepth: 8, loadsHalfs: false, storeDepth: 8, dithered: false, steps },
  };
}

const picture = (width: number, height: number, seed: number) => ({
  data: fillNoise(new Uint8Array(4 * width * height), seed),
  width,
  height,
});

describe.runIf(hasAddon)('prepare', () => {
  test('its programs give what process gives, for any number of frames at once', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 255 }),
      fc.nat(),
      async (width, height, opacity, seed) => {
        const logo = picture(9, 7, seed);
        const coefficients = Int32Array.from([4000, 30, 0, 900, 0, 4096, 0, 0, 5, 0, 3500, -700]);
        const image = { ...logo, format: 'RGBA' as const, planes: [{ offset: 0, stride: 36 }] };
        const operations = [
          { type: 'colorMatrix' as const, coefficients },
          { type: 'overlay' as const, image, x: 3, y: -2, opacity },
          { type: 'scale' as const, width: 31, height: 17 },
        ];
        const program = addon().prepare(eightBits(operations, [width, height], [31, 17]));
        // Tables are the program's own.
        coefficients.fill(7);
        const frames = [1, 2, 3].map((number) => {
          const source = imageOf('RGBA', width, height, 3);
          fillNoise(source.data, seed + number);
          return { source, target: imageOf('NV12', 31, 17, 2) };
        });
        await Promise.all(frames.map((frame) => program.process(frame)));
        coefficients.set([4000, 30, 0, 900, 0, 4096, 0, 0, 5, 0, 3500, -700]);
        for (const { source, target } of frames) {
          const expected = imageOf('NV12', 31, 17, 2);
          const colors = { sourceColor: REC709, targetColor: REC709 };
          addon().processSync({ ...colors, operations, source, target: expected, upsampling: 'bilinear' });
          expect(Buffer.compare(target.data, expected.data)).toBe(0);
          target.data.fill(0);
          program.processSync({ source, target, threads: 1, instructionSet: 'scalar' });
          expect(Buffer.compare(target.data, expected.data)).toBe(0);
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test('a picture is read again for every frame', () => {
    const other = picture(2, 2, 1);
    const mix = { type: 'mix', image: other, along: 'y', weights: Uint16Array.of(256, 256) } as const;
    const program = addon().prepare({
      ...eightBits([mix], [2, 2]),
      target: shape('RGBA', 2, 2),
    });
    const [source, target] = [imageOf('RGBA', 2, 2), imageOf('RGBA', 2, 2)];
    program.processSync({ source, target });
    expect(target.data).toEqual(other.data);
    fillNoise(other.data, 2);
    program.processSync({ source, target });
    expect(target.data).toEqual(other.data);
  });

  test('a picture whose memory was taken away is refused, and the program goes on with nothing else', async () => {
    const image = picture(2, 2, 1);
    const overlay = { type: 'overlay', image, x: 0, y: 0, opacity: 255 } as const;
    const program = addon().prepare(eightBits([overlay], [4, 4]));
    const call = { source: imageOf('RGBA', 4, 4), target: imageOf('NV12', 4, 4) };
    await program.process(call);
    const { buffer } = image.data;
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError('Expected an ArrayBuffer');
    structuredClone(buffer, { transfer: [buffer] });
    expect(await codeOf(program.process(call))).toBe('E_INVALID_ARGUMENT');
    expect(() => program.processSync(call)).toThrow('of the overlay but received 0');
  });

  test('pictures are lent with the frame', async () => {
    const image = picture(2000, 1500, 1);
    const overlay = { type: 'overlay', image, x: 0, y: 0, opacity: 200, mode: 'softLight' } as const;
    const program = addon().prepare(eightBits([overlay], [2000, 1500]));
    const [source, target] = [imageOf('RGBA', 2000, 1500), imageOf('NV12', 2000, 1500)];
    const running = program.process({ source, target, threads: 1, instructionSet: 'scalar' });
    const over = { ...target, data: image.data.subarray(0, target.data.length) };
    const busy = expect.objectContaining({ code: 'E_BUFFER_BUSY' });
    expect(() => program.processSync({ source, target })).toThrow(busy);
    expect(() =>
      addon()
        .prepare(eightBits([], [2000, 1500]))
        .processSync({ source, target: over }),
    ).toThrow(busy);
    await running;
    expect(() => program.processSync({ source, target: over })).toThrow('shares no memory');
    program.processSync({ source, target });
  });

  test('a program that nobody holds any more finishes its frames', async () => {
    const source = imageOf('RGBA', 1200, 900);
    const calls = Array.from({ length: 20 }, (_, index) => {
      const overlay = { type: 'overlay', image: picture(50, 50, index), x: 9, y: 9, opacity: 99 } as const;
      const target = imageOf('NV12', 1200, 900);
      return addon()
        .prepare(eightBits([overlay], [1200, 900]))
        .process({ source, target });
    });
    await Promise.all(calls);
  });
});
