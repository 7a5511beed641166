import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { framerail, framerailJson, inFolder, makeClip, makeWithFfmpeg, processesNaming } from './command.js';
import { temporaryFolder } from './temporary-folder.js';

const run = promisify(execFile);

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('framerail export', () => {
  const media = temporaryFolder();
  let clip = '';

  beforeAll(async () => {
    await media.make();
    clip = media.path('clip.mp4');
    await makeClip(clip);
  });
  afterAll(() => media.remove());

  /** Exports into a folder of its own, in which nothing but the result may be left. */
  async function exporting(
    input: string,
    args: readonly string[],
    output = 'out.mp4',
    env: NodeJS.ProcessEnv = {},
  ) {
    return inFolder(async (folder) => {
      const path = join(folder, output);
      const result = await framerailJson(['export', input, '-o', path, '--preset', 'ultrafast', ...args], {
        env,
      });
      const left = (await readdir(folder)).filter((name) => name !== output);
      expect({ left, processes: await processesNaming(folder) }).toEqual({ left: [], processes: [] });
      const isThere = (await readdir(folder)).includes(output);
      expect(isThere).toBe(result.code === 0);
      return { ...result, streams: isThere ? await streamsOf(path) : [] };
    });
  }

  it('renders, and says in one object what it did', async () => {
    const { code, json, stderr, streams } = await exporting(clip, [
      '--width',
      '640',
      '--contrast',
      '1.1',
      '--codec',
      'libx264',
    ]);
    expect(code, stderr).toBe(0);
    expect(json).toMatchObject({
      frames: 25,
      mode: 'render',
      encoder: { name: 'libx264' },
      audio: { mode: 'copy' },
      color: { matrix: 'bt709', fullRange: false },
      colorGuessed: expect.any(Array),
      warnings: expect.any(Array),
      backend: {
        name: expect.stringMatching(/^(native|reference)$/),
        reason: expect.any(String),
        measurements: expect.any(Array),
      },
      bytes: { output: expect.any(Number), overPipe: 25 * 1.5 * (320 * 180 + 640 * 360) },
      peakRssBytes: { process: expect.any(Number), ffmpeg: expect.any(Number) },
    });
    for (const stage of ['decode', 'render', 'encode']) {
      expect(json.stages[stage]).toMatchObject({
        busySeconds: expect.any(Number),
        waitingSeconds: expect.any(Number),
      });
    }
    expect(json.seconds).toBeGreaterThan(0);
    expect(json.fps).toBeCloseTo(25 / json.seconds, 6);
    expect(streams).toMatchObject([
      { codec_name: 'h264', width: 640, height: 360, color_space: 'bt709' },
      { codec_name: 'aac' },
    ]);
  });

  it('lays a picture over, at its place', async () => {
    await inFolder(async (folder) => {
      const [picture, output, pixel] = [
        join(folder, 'red:1.png'),
        join(folder, 'out.mp4'),
        join(folder, 'pixel'),
      ];
      await makeWithFfmpeg(['-f', 'lavfi', '-i', 'color=red:s=32x32,format=rgba', '-frames:v', '1', picture]);
      const args = [
        'export',
        clip,
        '-o',
        output,
        '--overlay',
        `${picture}:100:60:1`,
        '--crf',
        '1',
        '--preset',
        'ultrafast',
      ];
      const { code, stderr } = await framerail(args);
      expect(code, stderr).toBe(0);
      const crop = 'scale=in_color_matrix=bt709,format=rgb24,crop=1:1:116:76';
      await makeWithFfmpeg(['-i', output, '-frames:v', '1', '-vf', crop, '-f', 'rawvideo', pixel]);
      const [red = 0, green = 0, blue = 0] = await readFile(pixel);
      expect(red).toBeGreaterThan(240);
      expect(Math.max(green, blue)).toBeLessThan(16);
    });
  });

  it('converts to another matrix and range, and tags what it did', async () => {
    const { code, json, streams } = await exporting(clip, ['--matrix', 'bt601', '--range', 'full']);
    expect(code).toBe(0);
    expect(json.color).toMatchObject({ matrix: 'smpte170m', fullRange: true });
    expect(streams[0]).toMatchObject({ color_space: 'smpte170m', color_range: 'pc' });
  });

  it('leaves the sound out when it is told to', async () => {
    const { streams } = await exporting(clip, ['--audio', 'none', '--brightness', '-0.1']);
    expect(streams).toHaveLength(1);
  });

  it('copies when there is nothing to do, and prints a table', async () => {
    await inFolder(async (folder) => {
      const { code, stdout, stderr } = await framerail(['export', clip, '-o', join(folder, 'out.mp4')]);
      expect(code, stderr).toBe(0);
      expect(stdout.toString()).toMatch(/^mode +copy: /m);
      expect(stdout.toString()).toMatch(/^peak memory +/m);
    });
  });

  it('prints nothing with --quiet', async () => {
    await inFolder(async (folder) => {
      const result = await framerail([
        'export',
        clip,
        '-o',
        join(folder, 'out.mp4'),
        '--contrast',
        '1.2',
        '--quiet',
      ]);
      expect([result.code, result.stdout.toString(), result.stderr]).toEqual([0, '', '']);
    });
  });

  describe('refuses', () => {
    const fails = async (
      input: string,
      args: readonly string[],
      output?: string,
      env?: NodeJS.ProcessEnv,
    ) => {
      const { code, json, stderr } = await exporting(input, args, output, env);
      expect(stderr).toContain(json.error.code);
      return [code, json.error.code];
    };

    it('a missing file', async () => {
      expect(await fails(media.path('none.mp4'), [])).toEqual([3, 'E_INPUT_NOT_FOUND']);
    });

    it('an empty file', async () => {
      await writeFile(media.path('empty.mp4'), '');
      expect(await fails(media.path('empty.mp4'), [])).toEqual([3, 'E_INPUT_EMPTY']);
    });

    it('a file cut off before its index', async () => {
      await cp(clip, media.path('cut.mp4'));
      await truncate(media.path('cut.mp4'), 5000);
      expect(await fails(media.path('cut.mp4'), [])).toEqual([3, 'E_INPUT_INVALID']);
    });

    it('a file that is no media', async () => {
      await writeFile(media.path('text.mp4'), 'not a film '.repeat(1000));
      expect(await fails(media.path('text.mp4'), [])).toEqual([3, 'E_INPUT_INVALID']);
    });

    it('a file of sound alone', async () => {
      await makeWithFfmpeg(['-f', 'lavfi', '-i', 'sine=duration=1', media.path('sound.m4a')]);
      expect(await fails(media.path('sound.m4a'), [])).toEqual([3, 'E_NO_VIDEO']);
    });

    it('odd sizes where they are to be refused', async () => {
      expect(await fails(clip, ['--width', '321', '--height', '181', '--odd-size', 'refuse'])).toEqual([
        2,
        'E_ODD_SIZE',
      ]);
    });

    it('a name whose format it does not know', async () => {
      expect(await fails(clip, [], 'out.xyz')).toEqual([2, 'E_INVALID_ARGUMENT']);
    });

    it('an encoder that does not exist', async () => {
      expect(await fails(clip, ['--codec', 'libnothing'])).toEqual([5, 'E_ENCODER_NOT_FOUND']);
    });

    it('a machine without ffmpeg', async () => {
      const env = { PATH: media.path('.'), FRAMERAIL_FFMPEG: '', FRAMERAIL_FFPROBE: '' };
      expect(await fails(clip, [], undefined, env)).toEqual([5, 'E_FFMPEG_NOT_FOUND']);
    });

    it('an overlay that is not there', async () => {
      expect(await fails(clip, ['--overlay', media.path('none.png')])).toEqual([3, 'E_OVERLAY_INVALID']);
    });

    it('the addon by name when it is turned off', async () => {
      const [code] = await fails(clip, ['--backend', 'native', '--contrast', '2'], undefined, {
        FRAMERAIL_NATIVE: 'off',
      });
      expect(code).toBe(7);
    });

    it('an output that is a folder, or lies in one that is not there', async () => {
      await inFolder(async (folder) => {
        await mkdir(join(folder, 'out.mp4'));
        for (const output of [join(folder, 'out.mp4'), join(folder, 'no/out.mp4')]) {
          const { code, json } = await framerailJson(['export', clip, '-o', output]);
          expect([code, json.error.code]).toEqual([4, 'E_OUTPUT_UNWRITABLE']);
        }
      });
    });

    it('to replace a file when it is told not to', async () => {
      await inFolder(async (folder) => {
        const output = join(folder, 'out.mp4');
        await writeFile(output, 'before');
        const { code, json } = await framerailJson(['export', clip, '-o', output, '--no-overwrite']);
        expect([code, json.error.code]).toEqual([4, 'E_OUTPUT_EXISTS']);
        expect(await readFile(output, 'utf8')).toBe('before');
      });
    });
  });
});

async function streamsOf(path: string): Promise<Record<string, unknown>[]> {
  const ffprobe = process.env['FRAMERAIL_FFPROBE'] ?? 'ffprobe';
  const { stdout } = await run(ffprobe, ['-v', 'error', '-show_streams', '-of', 'json', path]);
  return JSON.parse(stdout).streams;
}
