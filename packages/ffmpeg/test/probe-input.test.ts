import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type FfmpegBinaries, locateFfmpeg, type MediaInfo, type ProbeOptions, probe } from '../src/index.js';
import { aftermath } from './aftermath.js';
import { clipFolder, LOSSLESS, testSource } from './clips.js';

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('probe on any input', () => {
  const clips = clipFolder();
  let binaries: FfmpegBinaries;
  let nothingLeft = async (): Promise<void> => {};
  const look = (path: string, options: Omit<ProbeOptions, 'binaries'> = {}): Promise<MediaInfo> =>
    probe(path, { binaries, ...options });
  beforeAll(async () => {
    binaries = await locateFfmpeg();
    clips.make('plain.mp4', [...testSource({ rate: '30000/1001', seconds: 2, audio: true }), ...LOSSLESS]);
    nothingLeft = aftermath();
  });
  afterAll(async () => {
    clips.remove();
    await nothingLeft();
  });

  test.each([
    '-i.mp4',
    '--help.mp4',
    'a:b.mp4',
    'rtmp:live.mp4',
    'http:x.mp4',
    'concat:a|b.mp4',
    '%03d.mp4',
    'a b\tc\nd.mp4',
    "it's \\ 100% [x],{y};*?.mp4",
    'ünï çödé 世界.mp4',
    'file:x.mp4',
    'pipe:0',
  ])('takes %j for a file of that name', async (name) => {
    const here = process.cwd();
    copyFileSync(clips.file('plain.mp4'), clips.file(name));
    process.chdir(clips.path);
    try {
      expect((await look(name)).video).toMatchObject({ width: 64 });
    } finally {
      process.chdir(here);
    }
    renameSync(clips.file(name), clips.file('renamed.mp4'));
  });

  test.each(['frame%d.png', 'a*.png', 'b[1].png'])(
    'takes the picture %j for one picture, not a pattern',
    async (name) => {
      clips.make('one.png', ['-f', 'lavfi', '-i', 'testsrc2=size=32x16:rate=1:duration=1', '-frames:v', '1']);
      copyFileSync(clips.file('one.png'), clips.file(name));
      expect((await look(clips.file(name))).video).toMatchObject({
        width: 32,
        height: 16,
        color: { matrix: 'rgb' },
      });
    },
  );

  const bad: [string, () => string, string][] = [
    ['a missing file', () => clips.file('missing.mp4'), 'E_INPUT_NOT_FOUND'],
    ['a file below a file', () => clips.file('plain.mp4/x.mp4'), 'E_INPUT_NOT_FOUND'],
    [
      'a folder',
      () => {
        mkdirSync(clips.file('folder.mp4'));
        return clips.file('folder.mp4');
      },
      'E_INPUT_INVALID',
    ],
    ['an empty file', () => write('empty.mp4', ''), 'E_INPUT_EMPTY'],
    ['a text', () => write('text.txt', 'hello '.repeat(1000)), 'E_INPUT_INVALID'],
    ['a text called mp4', () => write('text.mp4', 'hello '.repeat(1000)), 'E_INPUT_INVALID'],
    [
      'an mp4 that lost its index',
      () => {
        const path = write('cut.mp4', readFileSync(clips.file('plain.mp4')));
        truncateSync(path, 5000);
        return path;
      },
      'E_INPUT_INVALID',
    ],
    ['subtitles', () => write('words.srt', '1\n00:00:00,000 --> 00:00:01,000\nhello\n'), 'E_INPUT_INVALID'],
    [
      'a playlist of the network',
      () =>
        write(
          'list.m3u8',
          '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://localhost:9/x.ts\n#EXT-X-ENDLIST\n',
        ),
      'E_INPUT_INVALID',
    ],
    ['a device', () => '/dev/zero', 'E_INPUT_INVALID'],
    ['a name that is too long', () => clips.file('x'.repeat(300)), 'E_INPUT_UNREADABLE'],
    ['no name', () => '', 'E_INVALID_ARGUMENT'],
    ['a zero byte', () => 'a\0b', 'E_INVALID_ARGUMENT'],
  ];
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(clips.file(name), content);
    return clips.file(name);
  };
  test.each(bad)('refuses %s', async (_, make, code) => {
    await expect(look(make())).rejects.toMatchObject({ code });
  });

  test('refuses a pipe instead of waiting for it', async () => {
    execFileSync('mkfifo', [clips.file('fifo.mp4')]);
    await expect(look(clips.file('fifo.mp4'))).rejects.toMatchObject({ code: 'E_INPUT_INVALID' });
  });

  test('says of a cut-off mp4 what it lacks', async () => {
    await expect(look(clips.file('cut.mp4'))).rejects.toMatchObject({
      message: expect.stringContaining('moov'),
      details: { truncated: true },
    });
  });

  test('gives an error or an answer for random bytes, and never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4000 }), async (bytes) => {
        const outcome = await look(write('random.mp4', bytes)).catch(
          (error: { code?: string }) => error.code,
        );
        expect(typeof outcome === 'object' || outcome === 'E_INPUT_INVALID').toBe(true);
      }),
      { seed: 7, numRuns: 15 },
    );
  });

  test('gives an error or an answer for damaged files', async () => {
    const whole = readFileSync(clips.file('plain.mp4'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        async (damage) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of damage) bytes[at] = value;
          const outcome = await look(write('damaged.mp4', bytes)).catch(
            (error: { code?: string }) => error.code,
          );
          expect(typeof outcome === 'object' || outcome === 'E_INPUT_INVALID').toBe(true);
        },
      ),
      { seed: 11, numRuns: 15 },
    );
  });

  test('aborts, and gives up in time', async () => {
    await expect(look(clips.file('plain.mp4'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'E_ABORTED',
    });
    const controller = new AbortController();
    const asked = look(clips.file('plain.mp4'), { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    await expect(asked).rejects.toMatchObject({ code: 'E_ABORTED' });
    await expect(look(clips.file('plain.mp4'), { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'E_TIMEOUT',
    });
  });
});
