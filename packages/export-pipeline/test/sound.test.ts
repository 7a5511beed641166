import { readFile } from 'node:fs/promises';
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

const lossless = { codec: 'libx264', preset: 'ultrafast', crf: 0, gpuFormatConversion: 'off' } as const;

describe.runIf(requireProgram('ffmpeg'))('sound', () => {
  let bench: Workbench;
  let count = 0;
  beforeAll(async () => {
    bench = await openWorkbench();
  });
  afterAll(() => bench.close());

  const run = async (input: string, options: Partial<ExportOptions> = {}) => {
    count += 1;
    const name = `out${count}.mp4`;
    const before = await inventory(bench.folder, pools);
    const report = await exportVideo({
      input,
      output: bench.path(name),
      mode: 'render',
      ...bench.found,
      ...lossless,
      ...options,
    });
    await before.expectNothingLeft(name);
    return { report, output: bench.path(name), ...(await streamsOf(bench.path(name))) };
  };

  /** Where a short beep in the sound begins, in seconds. */
  const beepAt = async (file: string): Promise<number> => {
    const samples = await pcm(bench, file);
    const at = samples.findIndex((sample) => Math.abs(sample) > 3000);
    return at / 48_000;
  };
  const beep = 'aevalsrc=if(between(t\\,1\\,1.1)\\,sin(2*PI*1000*t)\\,0):s=48000:d=3';
  const clip = (...more: string[]): Promise<string> =>
    bench.make(...picture('64x64', 3), '-f', 'lavfi', '-i', beep, ...QUICK, '-c:a', 'aac', ...more);

  it('stays where it was, copied and encoded', async () => {
    const plain = await clip('plain.mp4');
    const late = await bench.make(
      '-i',
      plain,
      '-itsoffset',
      '0.5',
      '-i',
      plain,
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c',
      'copy',
      'late.mp4',
    );
    const early = await bench.make(
      '-itsoffset',
      '0.4',
      '-i',
      plain,
      '-i',
      plain,
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c',
      'copy',
      'early.mp4',
    );
    const stream = await bench.make('-i', plain, '-c', 'copy', 'plain.ts');
    const ways = [
      [plain, 'copy', 'transcode'],
      [plain, 'aac', 'render'],
      [late, 'copy', 'render'],
      [late, 'aac', 'transcode'],
      [early, 'copy', 'transcode'],
      [early, 'aac', 'render'],
      [stream, 'copy', 'render'],
      [stream, 'aac', 'transcode'],
    ] as const;
    for (const [source, audio, mode] of ways) {
      const wanted = await beepAt(source);
      const { output, video, audio: sound } = await run(source, { audio, mode });
      expect(Math.abs((await beepAt(output)) - wanted), `${source} ${mode}`).toBeLessThan(1024 / 48_000);
      const end = (one: typeof video | undefined): number => Number(one?.start_time) + Number(one?.duration);
      if (audio === 'copy') expect(end(sound) - end(video)).toBeLessThan(1024 / 48_000);
      else expect(Math.abs(end(sound) - end(video)), `${source} ${mode}`).toBeLessThan(1024 / 48_000);
    }
  });

  it('that is longer ends with the frames, that is shorter is filled', async () => {
    const long = await bench.make(...picture('64x64', 1), ...tone(3), ...QUICK, 'long.mp4');
    const short = await bench.make(...picture('64x64', 3), ...tone(1), ...QUICK, 'short.mp4');
    for (const source of [long, short]) {
      const { video, audio } = await run(source, { audio: 'aac' });
      expect(Math.abs(Number(audio?.duration) - Number(video.duration))).toBeLessThan(1024 / 48_000);
    }
    const copied = await run(long, { audio: 'copy' });
    expect(Number(copied.audio?.duration)).toBeLessThan(Number(copied.video.duration) + 1024 / 48_000);
  });

  it('of other codecs goes where it fits', async () => {
    const opus = await bench.make(
      ...picture('64x64', 1),
      ...tone(1),
      ...QUICK,
      '-c:a',
      'pcm_s16le',
      'pcm.mkv',
    );
    expect((await run(opus)).audio?.codec_name).toBe('aac');
    await expect(run(opus, { audio: 'copy' })).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    expect((await run(opus, { audio: 'none' })).audio).toBeUndefined();
  });
});

async function pcm(bench: Workbench, file: string): Promise<Int16Array> {
  const raw = await bench.make(
    '-i',
    file,
    '-vn',
    '-af',
    'aresample=async=1:first_pts=0',
    '-ac',
    '1',
    '-f',
    's16le',
    'sound.raw',
  );
  const bytes = await readFile(raw);
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
}
