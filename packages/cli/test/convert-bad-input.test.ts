import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { framerail, framerailJson, inFolder } from './command.js';

const RGBA_TO_NV12 = ['--from', 'RGBA', '--to', 'NV12'];
const FRAME_BYTES = 16 * 8 * 4;

/** Converts a file of so many bytes; the folder must hold nothing new afterwards. */
async function failing(
  bytes: number | undefined,
  args: readonly string[],
  options: { input?: Uint8Array } = {},
) {
  return inFolder(async (folder) => {
    const input = join(folder, 'in.rgba');
    if (bytes !== undefined) await writeFile(input, new Uint8Array(bytes));
    const before = await readdir(folder);
    const from = options.input === undefined ? input : '-';
    const run = await framerailJson(
      ['convert', from, '-o', join(folder, 'out.nv12'), '--size', '16x8', ...RGBA_TO_NV12, ...args],
      options,
    );
    expect(await readdir(folder)).toEqual(before);
    expect(run.stderr).toContain(run.json.error.code);
    return { code: run.code, error: run.json.error.code, message: run.json.error.message as string };
  });
}

describe('framerail convert refuses', () => {
  it('a missing file', async () => {
    expect(await failing(undefined, [])).toMatchObject({ code: 3, error: 'E_INPUT_NOT_FOUND' });
  });

  it('an empty file', async () => {
    expect(await failing(0, [])).toMatchObject({ code: 3, error: 'E_INPUT_EMPTY' });
  });

  it('an empty stream', async () => {
    expect(await failing(undefined, [], { input: new Uint8Array(0) })).toMatchObject({
      code: 3,
      error: 'E_INPUT_EMPTY',
    });
  });

  it.each([1, FRAME_BYTES - 1, FRAME_BYTES + 1, 3 * FRAME_BYTES + 100])(
    'a file that ends inside a frame (%i bytes)',
    async (bytes) => {
      const result = await failing(bytes, []);
      expect(result).toMatchObject({ code: 3, error: 'E_INPUT_TRUNCATED' });
      expect(result.message).toContain(`${FRAME_BYTES} bytes`);
    },
  );

  it('a stream that ends inside a frame, after whole ones', async () => {
    const input = new Uint8Array(20 * FRAME_BYTES + 5);
    expect(await failing(undefined, [], { input })).toMatchObject({ code: 3, error: 'E_INPUT_TRUNCATED' });
  });

  it('a folder', async () => {
    await inFolder(async (folder) => {
      const run = await framerailJson([
        'convert',
        folder,
        '-o',
        join(folder, 'out'),
        '--size',
        '2x2',
        ...RGBA_TO_NV12,
      ]);
      expect(run).toMatchObject({ code: 3, json: { error: { code: 'E_INPUT_INVALID' } } });
    });
  });

  it.each([
    ['a stride too small', ['--stride', '63']],
    ['a stride that is no number', ['--stride', 'wide']],
    ['an unknown format', ['--to', 'NV21']],
    ['an unknown matrix', ['--matrix', 'bt470']],
    ['an unknown range', ['--range', 'tv']],
    ['an unknown chroma location', ['--chroma', 'bottom']],
    ['an unknown backend', ['--backend', 'cuda']],
    ['a size without a height', ['--size', '16']],
    ['an unknown option', ['--sizes', '16x8']],
  ])('%s', async (_, args) => {
    expect(await failing(FRAME_BYTES, args)).toMatchObject({ code: 2, error: 'E_INVALID_ARGUMENT' });
  });

  it('missing options', async () => {
    expect(await framerailJson(['convert', 'in.rgba'])).toMatchObject({
      code: 2,
      json: { error: { code: 'E_INVALID_ARGUMENT' } },
    });
  });

  it('the result and frames on the same stdout', async () => {
    const run = await framerailJson(['convert', '-', '-o', '-', '--size', '1x1', ...RGBA_TO_NV12], {
      input: new Uint8Array(4),
    });
    expect(run).toMatchObject({ code: 2, json: { error: { code: 'E_INVALID_ARGUMENT' } } });
  });

  it('the addon by name when it is turned off', async () => {
    await inFolder(async (folder) => {
      const args = [
        'convert',
        '-',
        '-o',
        join(folder, 'out'),
        '--size',
        '1x1',
        ...RGBA_TO_NV12,
        '--backend',
        'native',
      ];
      const run = await framerailJson(args, { input: new Uint8Array(4), env: { FRAMERAIL_NATIVE: 'off' } });
      expect(run.code).toBe(7);
      expect(await readdir(folder)).toEqual([]);
    });
  });
});

describe('framerail convert does not leave half a file', () => {
  const convertTo = (output: string) =>
    framerailJson(['convert', '-', '-o', output, '--size', '16x8', ...RGBA_TO_NV12], {
      input: new Uint8Array(FRAME_BYTES),
    });

  it('in a folder that is not there', async () => {
    await inFolder(async (folder) => {
      expect(await convertTo(join(folder, 'no/out'))).toMatchObject({
        code: 4,
        json: { error: { code: 'E_OUTPUT_UNWRITABLE' } },
      });
    });
  });

  it('where the output is a folder', async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'out'));
      expect(await convertTo(join(folder, 'out'))).toMatchObject({
        code: 4,
        json: { error: { code: 'E_OUTPUT_UNWRITABLE' } },
      });
    });
  });

  it.runIf(process.platform === 'linux')('on a full device', async () => {
    expect(await convertTo('/dev/full')).toMatchObject({
      code: 4,
      json: { error: { code: 'E_OUTPUT_FULL' } },
    });
  });

  it.runIf(process.platform === 'linux')('and writes to a device without replacing it', async () => {
    expect((await convertTo('/dev/null')).code).toBe(0);
    expect(await readFile('/dev/null', 'utf8')).toBe('');
  });
});

describe('framerail convert to a pipe', () => {
  it('ends when its reader goes away', async () => {
    const run = await framerail(['convert', '-', '-o', '-', '--size', '640x360', ...RGBA_TO_NV12], {
      input: new Uint8Array(640 * 360 * 4 * 40),
      onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('E_OUTPUT_CLOSED');
  });
});
