import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { isAtLeast, locateFfmpeg } from '../src/index.js';
import { candidatesFor } from '../src/locate/candidates.js';
import { parseVersion } from '../src/locate/version.js';
import { aftermath } from './aftermath.js';

describe('parseVersion', () => {
  const table: [string, string | undefined, [number, number] | undefined][] = [
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026', '5.1.9-0+deb12u1', [5, 1]],
    ['ffmpeg version n7.0.2 Copyright', 'n7.0.2', [7, 0]],
    ['ffmpeg version 8.0-full_build-www.gyan.dev Copyright', '8.0-full_build-www.gyan.dev', [8, 0]],
    ['ffmpeg version N-112233-gabcdef0 Copyright', 'N-112233-gabcdef0', undefined],
    ['ffprobe version 5.1 Copyright', undefined, undefined],
    ['hello', undefined, undefined],
    ['', undefined, undefined],
  ];
  test.each(table)('%s', (output, version, release) => {
    const parsed = parseVersion('ffmpeg', output);
    expect(parsed?.version).toBe(version);
    expect(parsed?.release).toEqual(release && { major: release[0], minor: release[1] });
  });

  test('releases compare by both numbers; builds between releases are new', () => {
    const binary = (release: { major: number; minor: number } | undefined) =>
      ({ path: '', version: '', source: 'path', release }) as const;
    expect(isAtLeast(binary({ major: 5, minor: 1 }), 5, 1)).toBe(true);
    expect(isAtLeast(binary({ major: 4, minor: 4 }), 5, 1)).toBe(false);
    expect(isAtLeast(binary({ major: 6, minor: 0 }), 5, 1)).toBe(true);
    expect(isAtLeast(binary(undefined), 99, 0)).toBe(true);
  });
});

describe('candidatesFor', () => {
  const none = () => {
    throw new Error('Cannot find module');
  };

  test('a variable is the only candidate', () => {
    const { candidates } = candidatesFor('ffmpeg', { FRAMERAIL_FFMPEG: '/x/ffmpeg', PATH: '/usr/bin' }, none);
    expect(candidates).toEqual([{ path: '/x/ffmpeg', source: 'env' }]);
  });

  test.each([
    ['not installed', none, 'ffmpeg-static is not installed'],
    ['without a build', () => null, 'no build for this platform'],
    ['without its binary', () => '/nowhere/ffmpeg', 'without its binary (/nowhere/ffmpeg)'],
  ])('says that ffmpeg-static is %s', (_, load, words) => {
    const { candidates, notes } = candidatesFor('ffmpeg', { PATH: '' }, load);
    expect(candidates).toEqual([]);
    expect(notes.join()).toContain(words);
  });

  test('ffmpeg-static comes before the PATH, and has no ffprobe', () => {
    const folder = mkdtempSync(join(tmpdir(), 'framerail-locate-'));
    const env = { PATH: folder };
    for (const name of ['ffmpeg', 'ffprobe']) writeFileSync(join(folder, name), '');
    const load = () => join(folder, 'ffprobe');
    expect(candidatesFor('ffmpeg', env, load).candidates.map(({ source }) => source)).toEqual([
      'ffmpeg-static',
      'path',
    ]);
    expect(candidatesFor('ffprobe', env, load).candidates.map(({ source }) => source)).toEqual(['path']);
    rmSync(folder, { recursive: true });
  });
});

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('locateFfmpeg', () => {
  let folder = '';
  let nothingLeft = async (): Promise<void> => {};
  const script = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'framerail-locate-'));
    await locateFfmpeg();
    nothingLeft = aftermath();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await nothingLeft();
  });

  test('finds programs that run, and says where and what they are', async () => {
    const { ffmpeg, ffprobe } = await locateFfmpeg();
    expect(ffmpeg.version).toBe(ffprobe.version);
    expect(ffmpeg.path).toMatch(/^\//);
  });

  test('looks for ffprobe beside the ffmpeg that a variable names', async () => {
    const { ffmpeg, ffprobe } = await locateFfmpeg();
    const own = join(folder, 'own');
    mkdirSync(own);
    symlinkSync(ffmpeg.path, join(own, 'ffmpeg'));
    symlinkSync(ffprobe.path, join(own, 'ffprobe'));
    const found = await locateFfmpeg({ env: { FRAMERAIL_FFMPEG: join(own, 'ffmpeg'), PATH: '' } });
    expect(found.ffmpeg).toMatchObject({ path: join(own, 'ffmpeg'), source: 'env' });
    expect(found.ffprobe).toMatchObject({ path: join(own, 'ffprobe'), source: 'beside' });
  });

  test('goes on along the PATH past programs that do not work', async () => {
    const first = join(folder, 'first');
    mkdirSync(first);
    for (const name of ['ffmpeg', 'ffprobe']) script(join('first', name), 'exit 3');
    const found = await locateFfmpeg({ env: { PATH: `${first}:${process.env['PATH']}` } });
    expect(found.ffmpeg.path).not.toContain(first);
  });

  const bad: [string, () => string, string][] = [
    ['a missing file', () => '/nowhere/ffmpeg', 'there is no such file'],
    ['a folder', () => folder, 'not executable'],
    ['another program', () => script('other', 'echo hello'), 'is no ffmpeg'],
    ['a program that fails', () => script('fails', 'exit 7'), 'exit code 7'],
    ['a program that never ends', () => script('hangs', 'exec sleep 60'), 'given up after 300 ms'],
    ['a program that a signal ends', () => script('dies', 'kill -9 $$'), 'SIGKILL'],
    [
      'a file that is no program',
      () => {
        const path = join(folder, 'text');
        writeFileSync(path, 'text');
        return path;
      },
      'not executable',
    ],
  ];
  test.each(bad)('refuses %s that a variable names', async (_, make, words) => {
    const path = make();
    const found = locateFfmpeg({
      env: { FRAMERAIL_FFMPEG: path, PATH: process.env['PATH'] },
      timeoutMs: 300,
    });
    await expect(found).rejects.toMatchObject({
      code: 'E_FFMPEG_NOT_FOUND',
      message: expect.stringContaining(words),
      details: { program: 'ffmpeg' },
    });
    await expect(found).rejects.toThrow(path);
  });

  test('without any says what was tried and how to install it', async () => {
    await expect(locateFfmpeg({ env: { PATH: '/nowhere' } })).rejects.toMatchObject({
      code: 'E_FFMPEG_NOT_FOUND',
      message: expect.stringMatching(/FRAMERAIL_FF\w+ is not set.*PATH.*nstall/s),
    });
  });

  test('aborts', async () => {
    await expect(locateFfmpeg({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'E_ABORTED' });
    const controller = new AbortController();
    const found = locateFfmpeg({
      env: { FRAMERAIL_FFMPEG: script('slow', 'exec sleep 60'), PATH: process.env['PATH'] },
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 50);
    await expect(found).rejects.toMatchObject({ code: 'E_ABORTED' });
  });
});
