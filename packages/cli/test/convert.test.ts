import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PIXEL_FORMATS, type PixelFormat, planeRowBytes, planeRows } from '@framerail/media-types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { framerail, framerailJson, inFolder } from './command.js';
import { COLORS, colorBlocks, colorBlocksNv12, type MatrixName } from './formula.js';

const BACKENDS = requireProgram('addon') ? ['native', 'reference', 'auto'] : ['reference', 'auto'];
const FORMATS = Object.keys(PIXEL_FORMATS) as PixelFormat[];
const SEED = 20_240_229;

/** Converts bytes through pipes and gives what came out. */
async function convert(input: Uint8Array, args: readonly string[]): Promise<Uint8Array> {
  const { code, stdout, stderr } = await framerail(['convert', '-', '-o', '-', ...args], { input });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return new Uint8Array(stdout);
}

describe('framerail convert', () => {
  it('gives the same bytes on every backend, for any size, stride, format and number of frames', async () => {
    const cases = fc.record({
      from: fc.constantFrom(...FORMATS),
      to: fc.constantFrom(...FORMATS),
      width: fc.integer({ min: 1, max: 70 }),
      height: fc.integer({ min: 1, max: 40 }),
      padding: fc.integer({ min: 0, max: 20 }),
      frames: fc.integer({ min: 1, max: 9 }),
      matrix: fc.constantFrom('bt601', 'bt709', 'bt2020'),
      range: fc.constantFrom('limited', 'full'),
      chroma: fc.constantFrom('left', 'center', 'topleft'),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(
        cases,
        async ({ from, to, width, height, padding, frames, matrix, range, chroma, seed }) => {
          const stride = leastStride(from, width) + padding;
          const { padded, tight } = randomFrames({ format: from, width, height, stride, frames, seed });
          const args = [
            '--size',
            `${width}x${height}`,
            '--from',
            from,
            '--to',
            to,
            '--matrix',
            matrix,
            '--range',
            range,
            '--chroma',
            chroma,
          ];
          const results = await Promise.all([
            ...BACKENDS.map((backend) =>
              convert(padded, [...args, '--stride', String(stride), '--backend', backend]),
            ),
            convert(tight, args),
          ]);
          for (const result of results) expect(Buffer.compare(result, results[0] ?? result)).toBe(0);
          // Of words of 10 bits the other six aren't kept.
          if (from === to && PIXEL_FORMATS[from].bitDepth !== 10)
            expect(Buffer.compare(results[0] ?? tight, tight)).toBe(0);
        },
      ),
      { seed: SEED, numRuns: 16 },
    );
  });

  it.runIf(requireProgram('webgpu')).each([
    ['RGBA', 'NV12', 33, 17],
    ['I420', 'BGRA', 64, 36],
    ['NV12', 'RGBA', 7, 3],
  ] as const)('gives the same bytes on the GPU: %s to %s at %ix%i', async (from, to, width, height) => {
    const stride = planeRowBytes(from, 0, width) + 5;
    const { padded } = randomFrames({ format: from, width, height, stride, frames: 5, seed: SEED });
    const args = ['--size', `${width}x${height}`, '--from', from, '--to', to, '--stride', String(stride)];
    const env = { FRAMERAIL_GPU_FORMAT_CONVERSION: 'auto' };
    const gpu = await framerail(['convert', '-', '-o', '-', ...args, '--backend', 'gpu'], {
      input: padded,
      env,
    });
    expect(gpu.code, gpu.stderr).toBe(0);
    expect(Buffer.compare(gpu.stdout, await convert(padded, [...args, '--backend', 'reference']))).toBe(0);
  });

  it.each(BACKENDS)('gives the formula its due (%s)', async (backend) => {
    await inFolder(async (folder) => {
      const input = join(folder, 'blocks.rgba');
      await writeFile(input, colorBlocks());
      for (const matrix of ['bt601', 'bt709', 'bt2020'] satisfies MatrixName[]) {
        for (const range of ['limited', 'full']) {
          const output = join(folder, `${matrix}-${range}.nv12`);
          const size = `${COLORS.length * 2}x2`;
          const args = [
            'convert',
            input,
            '-o',
            output,
            '--size',
            size,
            '--from',
            'RGBA',
            '--to',
            'NV12',
            '--chroma',
            'center',
          ];
          const { code, stderr } = await framerail([
            ...args,
            '--matrix',
            matrix,
            '--range',
            range,
            '--backend',
            backend,
          ]);
          expect(code, stderr).toBe(0);
          expect([...(await readFile(output))]).toEqual([...colorBlocksNv12(matrix, range === 'full')]);
        }
      }
    });
  });

  it('says what it did in one object', async () => {
    await inFolder(async (folder) => {
      const [input, output] = [join(folder, 'in.rgba'), join(folder, 'out.nv12')];
      await writeFile(input, randomBytes(64 * 36 * 4 * 5));
      const { code, json } = await framerailJson([
        'convert',
        input,
        '-o',
        output,
        '--size',
        '64x36',
        '--from',
        'rgba',
        '--to',
        'nv12',
        '--range',
        'full',
      ]);
      expect(code).toBe(0);
      expect(json).toMatchObject({
        frames: 5,
        bytes: { read: 64 * 36 * 4 * 5, written: 64 * 36 * 1.5 * 5 },
        color: { matrix: 'smpte170m', fullRange: true, chromaLocation: 'left' },
        colorGuessed: ['matrix', 'chromaLocation'],
        output,
      });
      expect(json.backend.name).toMatch(/^(native|reference)$/);
      expect(json.backend.reason).not.toBe('');
      expect(json.fps).toBeGreaterThan(0);
      expect(json.peakRssBytes.process).toBeGreaterThan(1e6);
      expect(await readdir(folder)).toEqual(['in.rgba', 'out.nv12']);
    });
  });

  it('replaces an existing file unless it is told not to', async () => {
    await inFolder(async (folder) => {
      const [input, output] = [join(folder, 'in.rgba'), join(folder, 'out.bgra')];
      await writeFile(input, Uint8Array.of(1, 2, 3, 4));
      await writeFile(output, 'before');
      const args = ['convert', input, '-o', output, '--size', '1x1', '--from', 'RGBA', '--to', 'BGRA'];
      expect(await framerailJson([...args, '--no-overwrite'])).toMatchObject({
        code: 4,
        json: { error: { code: 'E_OUTPUT_EXISTS' } },
      });
      expect(await readFile(output, 'utf8')).toBe('before');
      expect((await framerail(args)).code).toBe(0);
      expect([...(await readFile(output))]).toEqual([3, 2, 1, 4]);
    });
  });

  it('converts a stream of any length within the same memory', async () => {
    const frames = 60;
    const input = new Uint8Array(1280 * 720 * 4 * frames);
    await inFolder(async (folder) => {
      const args = [
        'convert',
        '-',
        '-o',
        join(folder, 'out.nv12'),
        '--size',
        '1280x720',
        '--from',
        'RGBA',
        '--to',
        'NV12',
      ];
      const { code, json } = await framerailJson(args, { input });
      expect(code).toBe(0);
      expect(json.frames).toBe(frames);
      // All of the frames would take 221 MB by themselves, on top of some 60 of Node.
      expect(json.peakRssBytes.process).toBeLessThan(200e6);
    });
  });
});

/** Whether a plane's rows have half the bytes of the first one's. */
const isHalf = (format: PixelFormat, plane: number): boolean =>
  plane > 0 && (format === 'I420' || format === 'I422' || format === 'I420P10');

/** What `--stride` must be at least, so that every plane's rows fit. */
function leastStride(format: PixelFormat, width: number): number {
  const rows = PIXEL_FORMATS[format].planes.map((_, plane) => {
    const rowBytes = planeRowBytes(format, plane, width);
    return isHalf(format, plane) ? 2 * rowBytes : rowBytes;
  });
  return Math.max(...rows);
}

function randomFrames(options: {
  format: PixelFormat;
  width: number;
  height: number;
  stride: number;
  frames: number;
  seed: number;
}) {
  const { format, width, height, stride, frames } = options;
  let state = options.seed | 1;
  const next = (): number => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    return state >>> 24;
  };
  const [padded, tight]: [number[], number[]] = [[], []];
  for (let frame = 0; frame < frames; frame++) {
    for (let plane = 0; plane < PIXEL_FORMATS[format].planes.length; plane++) {
      const planeStride = isHalf(format, plane) ? Math.ceil(stride / 2) : stride;
      const rowBytes = planeRowBytes(format, plane, width);
      for (let row = 0; row < planeRows(format, plane, height); row++) {
        const bytes = Array.from({ length: rowBytes }, next);
        tight.push(...bytes);
        padded.push(...bytes, ...Array.from({ length: planeStride - rowBytes }, next));
      }
    }
  }
  return { padded: Uint8Array.from(padded), tight: Uint8Array.from(tight) };
}
