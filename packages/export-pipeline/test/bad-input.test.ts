import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BufferPool } from '@framerail/buffer-pool';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { ExportOptions } from '../src/export-options.js';
import { exportVideo } from '../src/export-video.js';
import { inventory, openWorkbench, picture, QUICK, streamsOf, tone, type Workbench } from './workbench.js';

const pools: BufferPool[] = vi.hoisted(() => []);
vi.mock('@framerail/buffer-pool', async (original) =>
  (await import('./workbench.js')).recordPools(
    await original<typeof import('@framerail/buffer-pool')>(),
    pools,
  ),
);

describe.runIf(requireProgram('ffmpeg'))('bad input', () => {
  let bench: Workbench;
  let film = '';
  beforeAll(async () => {
    bench = await openWorkbench();
    film = await bench.make(
      ...picture('160x90', 2),
      ...tone(2),
      ...QUICK,
      '-g',
      '10',
      '-movflags',
      '+faststart',
      'film.mp4',
    );
  });
  afterAll(() => bench.close());

  const failing = async (
    options: Partial<ExportOptions>,
    code: string,
  ): Promise<Error & { details: Record<string, unknown> }> => {
    const before = await inventory(bench.folder, pools);
    const error = await exportVideo({
      input: film,
      output: bench.path('out.mp4'),
      width: 80,
      codec: 'libx264',
      ...bench.found,
      ...options,
    }).then(
      () => undefined,
      (failure: unknown) => failure as Error & { details: Record<string, unknown> },
    );
    expect(error).toMatchObject({ name: 'FramerailError', code });
    await before.expectNothingLeft();
    return error as Error & { details: Record<string, unknown> };
  };

  it('that is missing', async () => {
    await failing({ input: bench.path('missing.mp4') }, 'E_INPUT_NOT_FOUND');
  });

  it('that is empty', async () => {
    await writeFile(bench.path('empty.mp4'), '');
    await failing({ input: bench.path('empty.mp4') }, 'E_INPUT_EMPTY');
  });

  it('that is a folder', async () => {
    await failing({ input: bench.folder }, 'E_INPUT_INVALID');
  });

  it('that is no video', async () => {
    await writeFile(bench.path('text.mp4'), 'Once upon a time there was no video.\n'.repeat(100));
    await failing({ input: bench.path('text.mp4') }, 'E_INPUT_INVALID');
  });

  it('that has only sound', async () => {
    const sound = await bench.make(...tone(1), 'sound.m4a');
    const error = await failing({ input: sound }, 'E_NO_VIDEO');
    expect(error.message).toContain('only sound');
  });

  it('that was cut off before its index', async () => {
    const late = await bench.make(...picture('160x90', 2), ...QUICK, 'late.mp4');
    await truncate(late, Math.floor((await readFile(late)).byteLength / 2));
    await failing({ input: late }, 'E_INPUT_INVALID');
  });

  it.each(['render', 'transcode'] as const)('that was cut off behind its index, to %s', async (mode) => {
    const cut = bench.path('cut.mp4');
    await copyFile(film, cut);
    await truncate(cut, Math.floor((await readFile(film)).byteLength / 2));
    const more = mode === 'transcode' ? { width: undefined, mode } : {};
    const error = await failing({ input: cut, ...more }, 'E_INPUT_TRUNCATED');
    expect(error.details).toMatchObject({ stage: 'decode', expected: 60 });
  });

  it('that was cut off in Matroska', async () => {
    const cut = await bench.make('-i', film, '-c', 'copy', 'cut.mkv');
    await truncate(cut, Math.floor((await readFile(cut)).byteLength / 2));
    await failing({ input: cut }, 'E_INPUT_TRUNCATED');
  });

  it('whose damage can be passed over is exported with a warning', async () => {
    const damaged = bench.path('damaged.mp4');
    const bytes = await readFile(film);
    bytes.fill(0x5a, Math.floor(bytes.byteLength * 0.6), Math.floor(bytes.byteLength * 0.6) + 400);
    await writeFile(damaged, bytes);
    const before = await inventory(bench.folder, pools);
    const report = await exportVideo({
      input: damaged,
      output: bench.path('scratched.mp4'),
      width: 80,
      codec: 'libx264',
      ...bench.found,
    });
    expect(report.frames).toBe(60);
    expect(report.warnings.map(({ code }) => code)).toContain('W_SOURCE_DAMAGED');
    await before.expectNothingLeft('scratched.mp4');
  });

  it('without sound is no error', async () => {
    const silent = await bench.make(...picture('160x90', 1), ...QUICK, 'silent.mp4');
    for (const audio of ['auto', 'copy', 'aac', 'none'] as const) {
      const report = await exportVideo({
        input: silent,
        output: bench.path('mute.mp4'),
        width: 80,
        codec: 'libx264',
        ...bench.found,
        audio,
      });
      expect(report.audio.mode).toBe('none');
      expect((await streamsOf(bench.path('mute.mp4'))).audio).toBeUndefined();
    }
  });

  it('names that look like something else are names', async () => {
    for (const name of ['-i.mp4', 'a%03d:b.mp4', "it's [one], two; three.mp4"]) {
      await copyFile(film, bench.path(name));
      const output = bench.path(`out ${name}`);
      const report = await exportVideo({
        input: bench.path(name),
        output,
        width: 80,
        codec: 'libx264',
        ...bench.found,
        audio: 'aac',
      });
      expect(report.output.path).toBe(output);
      expect((await streamsOf(output)).audio?.codec_name).toBe('aac');
    }
  });

  describe('for the output', () => {
    it('a folder as target', async () => {
      await mkdir(bench.path('taken.mp4'));
      await failing({ output: bench.path('taken.mp4') }, 'E_OUTPUT_UNWRITABLE');
    });

    it('a folder that is missing, a file as folder, a read-only place', async () => {
      await failing({ output: bench.path('nowhere/out.mp4') }, 'E_OUTPUT_UNWRITABLE');
      await failing({ output: join(film, 'out.mp4') }, 'E_OUTPUT_UNWRITABLE');
      await failing({ output: '/proc/framerail.mp4' }, 'E_OUTPUT_UNWRITABLE');
    });

    it('the input itself', async () => {
      const error = await failing({ output: film }, 'E_INVALID_ARGUMENT');
      expect(error.message).toContain('another file than the input');
    });

    it('a file that must stay', async () => {
      await writeFile(bench.path('mine.mp4'), 'mine');
      await failing({ output: bench.path('mine.mp4'), overwrite: false }, 'E_OUTPUT_EXISTS');
      expect(await readFile(bench.path('mine.mp4'), 'utf8')).toBe('mine');
    });

    it('a file that stays when the export fails', async () => {
      await writeFile(bench.path('old.mp4'), 'old');
      await failing({ output: bench.path('old.mp4'), encoderArgs: ['-nonsense', '1'] }, 'E_FFMPEG_FAILED');
      expect(await readFile(bench.path('old.mp4'), 'utf8')).toBe('old');
    });

    it('a container that nobody knows', async () => {
      await failing({ output: bench.path('out.xyz') }, 'E_INVALID_ARGUMENT');
    });
  });

  describe('for the options', () => {
    it.each<[string, Partial<ExportOptions>, string]>([
      ['an encoder that does not exist', { codec: 'libmagic' }, 'E_ENCODER_NOT_FOUND'],
      ['an encoder of sound', { codec: 'aac' }, 'E_ENCODER_NOT_FOUND'],
      ['a preset that does not exist', { preset: 'warp' }, 'E_INVALID_ARGUMENT'],
      ['a quality out of range', { crf: 52 }, 'E_INVALID_ARGUMENT'],
      ['an odd size that is refused', { width: 81, height: 45, oddSize: 'refuse' }, 'E_ODD_SIZE'],
      ['a backend that does not exist', { backend: 'quantum' as 'native' }, 'E_INVALID_ARGUMENT'],
      ['no time at all', { stallTimeoutMs: 0 }, 'E_INVALID_ARGUMENT'],
      ['no frames at all', { bufferFrames: 0 }, 'E_INVALID_ARGUMENT'],
      ['an overlay that is missing', { overlay: { path: '/nowhere.png' } }, 'E_OVERLAY_INVALID'],
    ])('%s', async (_, options, code) => {
      const error = await failing(options, code);
      if (code === 'E_ENCODER_NOT_FOUND') expect(error.message).toContain('libx264');
    });

    it('an overlay that is no picture', async () => {
      await writeFile(bench.path('fake.png'), 'not a picture at all, really');
      await failing({ overlay: { path: bench.path('fake.png') } }, 'E_OVERLAY_INVALID');
    });
  });
});
