import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { framerail, framerailJson, inFolder } from './command.js';

/** Four by two pixels whose red channel counts them. */
const COUNTED = Uint8Array.from({ length: 4 * 2 * 4 }, (_, at) => [at / 4, 100, 200, 255][at % 4] as number);

/** Converts RGBA of 4×2 through pipes and gives the reds that came out. */
async function reds(args: readonly string[], size = '4x2', input = COUNTED): Promise<number[]> {
  const formats = ['--from', 'RGBA', '--to', 'RGBA', '--backend', 'reference'];
  const run = await framerail(['convert', '-', '-o', '-', '--size', size, ...formats, ...args], { input });
  expect(run.code, run.stderr).toBe(0);
  return [...run.stdout].filter((_, at) => at % 4 === 0);
}

describe('framerail convert', () => {
  it.each([
    ['a crop', ['--crop', '2x1+1+1'], [5, 6]],
    ['a crop at the corner', ['--crop', '3x2'], [0, 1, 2, 4, 5, 6]],
    ['a quarter clockwise', ['--rotate', '90'], [4, 0, 5, 1, 6, 2, 7, 3]],
    ['three quarters', ['--rotate', '270'], [3, 7, 2, 6, 1, 5, 0, 4]],
    ['upside down', ['--rotate', '180'], [7, 6, 5, 4, 3, 2, 1, 0]],
    ['a mirror', ['--flip', 'horizontal'], [3, 2, 1, 0, 7, 6, 5, 4]],
    ['a mirror on the floor', ['--flip', 'vertical'], [4, 5, 6, 7, 0, 1, 2, 3]],
    [
      'crop, then rotate, then flip',
      ['--flip', 'horizontal', '--rotate', '90', '--crop', '2x2+2+0'],
      [2, 6, 3, 7],
    ],
    ['half the size', ['--scale', '2x1'], [3, 5]],
    ['half the size by area', ['--scale', '2x1', '--filter', 'area'], [3, 5]],
  ])('does %s', async (_, args, expected) => {
    expect(await reds(args)).toEqual(expected);
  });

  it('applies a look last, and says what came of all', async () => {
    await inFolder(async (folder) => {
      const [lut, input, output] = ['look.cube', 'in.rgba', 'out.nv12'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      // White and black change places.
      const nodes = [0, 1].flatMap((b) =>
        [0, 1].flatMap((g) => [0, 1].map((r) => `${1 - r} ${1 - g} ${1 - b}`)),
      );
      await writeFile(lut, ['TITLE "negative"', 'LUT_3D_SIZE 2', ...nodes].join('\r\n'));
      expect(await reds(['--lut', lut])).toEqual([255, 254, 253, 252, 251, 250, 249, 248]);
      await writeFile(input, COUNTED);
      const run = await framerailJson([
        ...['convert', input, '-o', output, '--size', '4x2', '--from', 'RGBA', '--to', 'NV12'],
        ...['--lut', lut, '--rotate', '90', '--backend', 'reference', '--dither', 'ordered'],
      ]);
      expect(run.code, run.stderr).toBe(0);
      expect(run.json).toMatchObject({
        frames: 1,
        bytes: { read: 32, written: 12 },
        target: { format: 'NV12', width: 2, height: 4, color: { matrix: 'smpte170m' } },
        backend: { name: 'reference', isRemembered: false, measuredAt: null },
      });
    });
  });

  it('maps HDR to SDR: black stays, reference white comes out near white, brighter is kept below', async () => {
    // P010 of one chroma sample: Y of PQ codes for 0, 203 and 1000 cd/m² in limited range, neutral chroma.
    const frame = (luma: number): Uint8Array => {
      const words = Uint16Array.from([luma, luma, luma, luma, 512, 512], (code) => code << 6);
      return new Uint8Array(words.buffer);
    };
    const lumas = await Promise.all(
      [64, 573, 723].map(async (luma) => {
        const args = ['--size', '2x2', '--from', 'P010', '--to', 'NV12', '--transfer', 'pq', '--tone-map'];
        const run = await framerail(['convert', '-', '-o', '-', ...args, '--backend', 'reference'], {
          input: frame(luma),
        });
        expect(run.code, run.stderr).toBe(0);
        expect([...run.stdout.subarray(4)]).toEqual([128, 128]);
        return run.stdout[0] as number;
      }),
    );
    const [black, white, peak] = lumas as [number, number, number];
    expect(black).toBe(16);
    expect(white).toBeGreaterThan(180);
    expect(peak).toBeGreaterThan(white);
    expect(peak).toBeLessThanOrEqual(235);
  });

  it('converts matrix and range between two YCbCr formats', async () => {
    const args = [
      '--size',
      '2x2',
      '--from',
      'I444',
      '--to',
      'I444',
      '--range',
      'limited',
      '--to-range',
      'full',
    ];
    const input = Uint8Array.from([16, 235, 16, 235, ...Array(8).fill(128)]);
    const run = await framerail(['convert', '-', '-o', '-', ...args, '--backend', 'reference'], { input });
    expect(run.code, run.stderr).toBe(0);
    expect([...run.stdout]).toEqual([0, 255, 0, 255, ...Array(8).fill(128)]);
  });
});

describe('framerail convert refuses', () => {
  it.each([
    ['a crop outside', ['--crop', '4x2+1+0'], 2, 'E_INVALID_ARGUMENT'],
    ['a crop that is none', ['--crop', '4x2+1'], 2, 'E_INVALID_ARGUMENT'],
    ['a turn by less than a quarter', ['--rotate', '45'], 2, 'E_INVALID_ARGUMENT'],
    ['a mirror on nothing', ['--flip', 'diagonal'], 2, 'E_INVALID_ARGUMENT'],
    ['a size of nothing', ['--scale', '0x4'], 2, 'E_INVALID_ARGUMENT'],
    ['a filter without a scale', ['--filter', 'area'], 2, 'E_INVALID_ARGUMENT'],
    ['light without a scale', ['--linear-light'], 2, 'E_INVALID_ARGUMENT'],
    ['an unknown filter', ['--scale', '2x2', '--filter', 'sinc'], 2, 'E_INVALID_ARGUMENT'],
    ['tone mapping of SDR', ['--tone-map'], 2, 'E_INVALID_ARGUMENT'],
    ['a peak without tone mapping', ['--source-peak', '1000'], 2, 'E_INVALID_ARGUMENT'],
    ['a peak of nothing', ['--transfer', 'pq', '--tone-map', '--source-peak', '0'], 2, 'E_INVALID_ARGUMENT'],
    ['an unknown dither', ['--dither', 'blue'], 2, 'E_INVALID_ARGUMENT'],
    ['a look that is not there', ['--lut', 'no-such.cube'], 3, 'E_INPUT_NOT_FOUND'],
    ['a look that is a folder', ['--lut', '.'], 3, 'E_INPUT_UNREADABLE'],
  ])('%s', async (_, args, code, error) => {
    await inFolder(async (folder) => {
      const input = join(folder, 'in.rgba');
      await writeFile(input, COUNTED);
      const base = [
        'convert',
        input,
        '-o',
        join(folder, 'out'),
        '--size',
        '4x2',
        '--from',
        'RGBA',
        '--to',
        'NV12',
      ];
      expect(await framerailJson([...base, ...args])).toMatchObject({
        code,
        json: { error: { code: error } },
      });
    });
  });

  it('a look that is none, with the line that is wrong', async () => {
    await inFolder(async (folder) => {
      const lut = join(folder, 'bad.cube');
      await writeFile(lut, 'LUT_3D_SIZE 2\n0 0 zero\n');
      const args = ['--size', '4x2', '--from', 'RGBA', '--to', 'RGBA', '--lut', lut];
      const run = await framerailJson(['convert', '-', '-o', join(folder, 'out'), ...args], {
        input: COUNTED,
      });
      expect(run).toMatchObject({ code: 3, json: { error: { code: 'E_CUBE_INVALID' } } });
      expect(run.json.error.message).toContain(lut);
      expect(run.json.error.message).toMatch(/line 2/i);
    });
  });
});
