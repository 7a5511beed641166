import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createManualClock } from '@framerail/lifecycle';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type FfmpegBinaries,
  type FfmpegProgress,
  locateFfmpeg,
  type RunFfmpegOptions,
  runFfmpeg,
} from '../src/index.js';
import { aftermath, isAlive, passTimeUntil } from './aftermath.js';
import { clipFolder, testSource } from './clips.js';

const ENDLESS = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=25'];

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('runFfmpeg', () => {
  const clips = clipFolder();
  let binaries: FfmpegBinaries;
  let nothingLeft = async (): Promise<void> => {};
  const run = (args: readonly string[], options: Partial<RunFfmpegOptions> = {}) =>
    runFfmpeg({ binaries, args, ...options });
  /** Starts an endless run and waits until it is under way. */
  const started = async (options: Partial<RunFfmpegOptions> = {}) => {
    let report = (): void => {};
    const underWay = new Promise<void>((resolve) => {
      report = resolve;
    });
    const process = run([...ENDLESS, '-f', 'null', '-'], { ...options, onProgress: () => report() });
    await underWay;
    return process;
  };

  beforeAll(async () => {
    binaries = await locateFfmpeg();
    await run([...testSource(), '-f', 'null', '-']).result;
    nothingLeft = aftermath();
  });
  afterAll(async () => {
    await nothingLeft();
    clips.remove();
  });

  test('tells how it went', async () => {
    const reports: FfmpegProgress[] = [];
    const output = clips.file('out.mp4');
    const args = [...testSource({ seconds: 2 }), '-c:v', 'libx264', output];
    const result = await run(args, { output, onProgress: (report) => reports.push(report) }).result;
    expect(result).toMatchObject({ frames: 50, errorCount: 0, problems: [] });
    expect(result.totalBytes).toBe(readFileSync(output).byteLength);
    expect(result.peakRssBytes).toBeGreaterThan(1_000_000);
    expect(reports.at(-1)).toMatchObject({ done: true, frame: 50 });
    expect(reports.slice(0, -1).every(({ done }) => !done)).toBe(true);
    expect(
      reports.every((report, index) => index === 0 || report.frame >= (reports[index - 1]?.frame ?? 0)),
    ).toBe(true);
  });

  test('hands streams over', async () => {
    const args = [
      '-f',
      'rawvideo',
      '-pixel_format',
      'gray',
      '-video_size',
      '4x4',
      '-i',
      'pipe:0',
      '-f',
      'rawvideo',
      'pipe:1',
    ];
    const { stdin, stdout, result } = run(args, { stdin: 'pipe', stdout: 'pipe' });
    const frames = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
    stdin?.end(frames);
    const chunks: Buffer[] = [];
    stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    await result;
    expect(Buffer.concat(chunks)).toEqual(frames);
  });

  test('takes open files of this process', async () => {
    const raw = clips.file('frames.raw');
    writeFileSync(raw, Buffer.alloc(48, 7));
    const [from, to] = [openSync(raw, 'r'), openSync(clips.file('copy.raw'), 'w')];
    const args = [
      '-f',
      'rawvideo',
      '-pixel_format',
      'gray',
      '-video_size',
      '4x4',
      '-i',
      'pipe:0',
      '-f',
      'rawvideo',
      'pipe:1',
    ];
    await run(args, { stdin: from, stdout: to }).result;
    closeSync(from);
    closeSync(to);
    expect(readFileSync(clips.file('copy.raw'))).toEqual(Buffer.alloc(48, 7));
  });

  const bad: [string, () => { args: string[]; output?: string }, string, RegExp][] = [
    [
      'a missing input',
      () => ({ args: ['-i', '/nowhere.mp4', '-f', 'null', '-'] }),
      'E_FFMPEG_FAILED',
      /exit code 1.*No such file/s,
    ],
    ['an option that does not exist', () => ({ args: ['-nonsense', '1'] }), 'E_FFMPEG_FAILED', /nonsense/],
    ['no arguments', () => ({ args: [] }), 'E_FFMPEG_FAILED', /exit code/],
    [
      'an unknown encoder',
      () => to(clips.file('e.mp4'), ['-c:v', 'libnonsense']),
      'E_ENCODER_NOT_FOUND',
      /"libnonsense"/,
    ],
    ['a full device', () => to('/dev/full', ['-f', 'rawvideo']), 'E_OUTPUT_FULL', /no room/],
    [
      'a folder that is not there',
      () => to('/nowhere/out.mp4', []),
      'E_OUTPUT_UNWRITABLE',
      /\/nowhere\/out\.mp4/,
    ],
    [
      'a folder as output',
      () => {
        mkdirSync(clips.file('folder.mp4'));
        return to(clips.file('folder.mp4'), []);
      },
      'E_OUTPUT_UNWRITABLE',
      /Is a directory/,
    ],
    [
      'a file below a file',
      () => to(join(clips.file('frames.raw'), 'x.mp4'), []),
      'E_OUTPUT_UNWRITABLE',
      /Not a directory/,
    ],
    [
      'a read-only place',
      () => to('/proc/version', ['-f', 'rawvideo']),
      'E_OUTPUT_UNWRITABLE',
      /could not be written/,
    ],
  ];
  const to = (output: string, args: string[]) => ({
    args: [...testSource(), ...args, '-y', `file:${output}`],
    output,
  });
  test.each(bad)('fails with %s', async (_, make, code, words) => {
    const { args, output } = make();
    await expect(run(args, output === undefined ? {} : { output }).result).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
      details: {
        stage: 'ffmpeg',
        args: expect.arrayContaining(args),
        exitCode: expect.any(Number),
        stderr: expect.any(Array),
      },
    });
  });

  test('says that there is no such program', async () => {
    const nowhere = { ...binaries, ffmpeg: { ...binaries.ffmpeg, path: '/nowhere/ffmpeg' } };
    await expect(runFfmpeg({ binaries: nowhere, args: [] }).result).rejects.toMatchObject({
      code: 'E_FFMPEG_NOT_FOUND',
    });
  });

  test('refuses arguments that no program can be given', () => {
    expect(() => run(['a\0b'])).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
    expect(() => run([], { stallTimeoutMs: 0 })).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
  });

  test('tells of a signal that ended it', async () => {
    const { pid, result } = await started({ stage: 'convert' });
    process.kill(pid as number, 'SIGKILL');
    await expect(result).rejects.toMatchObject({
      code: 'E_FFMPEG_FAILED',
      message: expect.stringMatching(/^convert: ffmpeg was ended by SIGKILL/),
      details: { signal: 'SIGKILL', exitCode: undefined },
    });
  });

  test('a stopped ffmpeg is found stalled, named and killed', async () => {
    const clock = createManualClock();
    const { pid, result } = await started({ stage: 'convert', stallTimeoutMs: 10_000, clock });
    process.kill(pid as number, 'SIGSTOP');
    await passTimeUntil(clock, result);
    await expect(result).rejects.toMatchObject({
      code: 'E_FFMPEG_STALLED',
      message: expect.stringMatching(/^convert: ffmpeg made no progress for \d+ ms/),
      details: {
        stage: 'convert',
        signal: 'SIGKILL',
        waitedMs: expect.any(Number),
        peakRssBytes: expect.any(Number),
      },
    });
    expect(isAlive(pid as number)).toBe(false);
  });

  test('an ffmpeg that waits for input that never comes is found stalled', async () => {
    const args = [
      '-f',
      'rawvideo',
      '-pixel_format',
      'gray',
      '-video_size',
      '4x4',
      '-i',
      'pipe:0',
      '-f',
      'null',
      '-',
    ];
    await expect(run(args, { stdin: 'pipe', stallTimeoutMs: 300 }).result).rejects.toMatchObject({
      code: 'E_FFMPEG_STALLED',
    });
  });

  test('a slow ffmpeg that goes on is no stalled one', async () => {
    const clock = createManualClock();
    const args = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=25:duration=2.4', '-f', 'null', '-'];
    const onProgress = (): void => clock.advance(400);
    expect((await run(args, { stallTimeoutMs: 1000, clock, onProgress }).result).frames).toBe(60);
    expect(clock.now()).toBeGreaterThan(1000);
  });

  test('an abort ends it, and its reason is the cause', async () => {
    const controller = new AbortController();
    const { pid, result } = await started({ signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(result).rejects.toMatchObject({ code: 'E_ABORTED', cause: reason });
    expect(isAlive(pid as number)).toBe(false);
  });

  test('an abort lets ffmpeg finish its file within the grace', async () => {
    const controller = new AbortController();
    const output = clips.file('finished.mp4');
    const args = [...ENDLESS, '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', output];
    const reported = vi.fn();
    const { result } = run(args, { signal: controller.signal, onProgress: reported, killGraceMs: 10_000 });
    await vi.waitFor(() => expect(reported.mock.lastCall?.[0].frame).toBeGreaterThan(5), { timeout: 20_000 });
    controller.abort();
    await expect(result).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(readFileSync(output).includes('moov')).toBe(true);
  });

  test('an abort ends a stopped ffmpeg too', async () => {
    const controller = new AbortController();
    const { pid, result } = await started({ signal: controller.signal, killGraceMs: 200 });
    process.kill(pid as number, 'SIGSTOP');
    controller.abort();
    await expect(result).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(isAlive(pid as number)).toBe(false);
  });

  test('an abort before the start starts nothing', () => {
    expect(() => run([], { signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: 'E_ABORTED' }),
    );
  });

  test('kill() waits until it has gone, and is harmless afterwards', async () => {
    const process = await started();
    await process.kill();
    expect(isAlive(process.pid as number)).toBe(false);
    await process.kill();
    await expect(process.result).rejects.toMatchObject({ code: 'E_ABORTED' });
  });

  test.each(['an exception', 'process.exit', 'a signal'])(
    'dies with its parent, ended by %s',
    async (how) => {
      const here = dirname(fileURLToPath(import.meta.url));
      const script = clips.file(`parent-${how.replaceAll(' ', '-')}.mts`);
      const end = {
        'an exception': 'throw new Error("on purpose")',
        'process.exit': 'process.exit(3)',
        'a signal': 'process.kill(process.pid, "SIGTERM")',
      }[how];
      writeFileSync(
        script,
        `import { locateFfmpeg, runFfmpeg } from '@framerail/ffmpeg';
       const binaries = await locateFfmpeg();
       const run = runFfmpeg({ binaries, args: ${JSON.stringify([...ENDLESS, '-f', 'null', '-'])} });
       process.stdout.write(run.pid + '\\n', () => setTimeout(() => { ${end} }, 100));`,
      );
      const parent = spawn(process.execPath, ['--import', join(here, 'from-sources.mjs'), script], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let printed = '';
      parent.stdout.on('data', (chunk) => {
        printed += String(chunk);
      });
      await once(parent, 'close');
      const pid = Number(printed.trim());
      expect(pid).toBeGreaterThan(1);
      await vi.waitFor(() => expect(existsSync(`/proc/${pid}`) && isAlive(pid)).toBe(false));
    },
  );
});
