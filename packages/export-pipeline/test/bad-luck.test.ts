import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BufferPool } from '@framerail/buffer-pool';
import { locateFfmpeg } from '@framerail/ffmpeg';
import { loadNative } from '@framerail/native';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { ExportOptions } from '../src/export-options.js';
import { exportVideo } from '../src/export-video.js';
import type { ExportProgress } from '../src/report/export-progress.js';
import { bundle } from './bundle.js';
import {
  FFMPEG,
  ffmpegChild,
  frameHashes,
  inventory,
  openWorkbench,
  picture,
  QUICK,
  tone,
  type Workbench,
} from './workbench.js';

const pools: BufferPool[] = vi.hoisted(() => []);
vi.mock('@framerail/buffer-pool', async (original) =>
  (await import('./workbench.js')).recordPools(
    await original<typeof import('@framerail/buffer-pool')>(),
    pools,
  ),
);

interface Failure extends Error {
  readonly code: string;
  readonly details: Record<string, unknown>;
}

describe.runIf(requireProgram('ffmpeg'))('bad luck', () => {
  let bench: Workbench;
  let film = '';
  beforeAll(async () => {
    bench = await openWorkbench();
    // Long enough that something can happen while it is exported.
    film = await bench.make(...picture('320x180', 60), ...tone(60), ...QUICK, 'film.mp4');
  });
  afterAll(() => bench.close());

  const attempt = (options: Partial<ExportOptions>): Promise<Failure | undefined> =>
    exportVideo({
      ...{ input: film, output: bench.path('out.mp4'), codec: 'libx264', preset: 'ultrafast', width: 640 },
      ...{ gpuFormatConversion: 'off', progressIntervalMs: 10, ...bench.found },
      ...options,
    }).then(
      () => undefined,
      (failure: unknown) => failure as Failure,
    );

  /** Does something once, when the encoder has taken its first frames. */
  const onceUnderWay = (act: () => void): ((progress: ExportProgress) => void) => {
    let isDone = false;
    return ({ frames }) => {
      if (isDone || frames < 5) return;
      isDone = true;
      act();
    };
  };

  it.each(['encode', 'decode'] as const)('a process that is killed while it %ss', async (role) => {
    const before = await inventory(bench.folder, pools);
    const error = await attempt({
      onProgress: onceUnderWay(() => process.kill(ffmpegChild(role) as number, 'SIGKILL')),
    });
    expect(error).toMatchObject({ code: 'E_FFMPEG_FAILED', details: { stage: role, signal: 'SIGKILL' } });
    await before.expectNothingLeft();
  });

  it.each(['encode', 'decode'] as const)('a process that stops while it %ss', async (role) => {
    const before = await inventory(bench.folder, pools);
    const stop = onceUnderWay(() => process.kill(ffmpegChild(role) as number, 'SIGSTOP'));
    const error = await attempt({ stallTimeoutMs: 700, onProgress: stop });
    expect(error).toMatchObject({ code: 'E_FFMPEG_STALLED', details: { stage: role } });
    expect(error?.details['waitedMs']).toBeGreaterThanOrEqual(700);
    await before.expectNothingLeft();
  });

  it('an abort at any time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 400 }), fc.boolean(), async (at, byTime) => {
        const before = await inventory(bench.folder, pools);
        const controller = new AbortController();
        const reason = new Error('enough');
        const timer = byTime ? setTimeout(() => controller.abort(reason), at * 4) : undefined;
        const error = await attempt({
          signal: controller.signal,
          onProgress: ({ frames }) => {
            if (!byTime && frames >= at) controller.abort(reason);
          },
        });
        clearTimeout(timer);
        if (controller.signal.aborted && error !== undefined)
          expect(error).toMatchObject({ code: 'E_ABORTED' });
        expect(error === undefined).toBe(!controller.signal.aborted);
        await before.expectNothingLeft();
      }),
      { seed: 404, numRuns: 10 },
    );
  });

  it('an abort before the start', async () => {
    const before = await inventory(bench.folder, pools);
    const error = await attempt({ signal: AbortSignal.abort(), input: '/nowhere' });
    expect(error).toMatchObject({ code: 'E_ABORTED' });
    await before.expectNothingLeft();
  });

  it('a listener that throws', async () => {
    const thrown: unknown[] = [];
    const listen = (error: unknown): void => void thrown.push(error);
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', listen);
    try {
      const short = await bench.make(...picture('64x64', 1), ...QUICK, 'short.mp4');
      const error = await attempt({
        input: short,
        width: 128,
        onProgress: () => {
          throw new Error('my own fault');
        },
      });
      expect(error).toBeUndefined();
      await sleep(0);
      expect(thrown.map(String)).toContain('Error: my own fault');
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });

  it('no ffmpeg', async () => {
    const { PATH, FRAMERAIL_FFMPEG, FRAMERAIL_FFPROBE } = process.env;
    const before = await inventory(bench.folder, pools);
    Object.assign(process.env, {
      PATH: bench.folder,
      FRAMERAIL_FFMPEG: bench.path('none'),
      FRAMERAIL_FFPROBE: bench.path('none'),
    });
    try {
      const error = await attempt({ binaries: undefined, capabilities: undefined });
      expect(error).toMatchObject({ code: 'E_FFMPEG_NOT_FOUND' });
    } finally {
      Object.assign(process.env, { PATH });
      restore('FRAMERAIL_FFMPEG', FRAMERAIL_FFMPEG);
      restore('FRAMERAIL_FFPROBE', FRAMERAIL_FFPROBE);
    }
    await before.expectNothingLeft();
  });

  const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks();
  it('a disk that is full', async () => {
    const before = await inventory(bench.folder, pools);
    if (canMount) {
      const folder = bench.path('disk');
      await mkdir(folder);
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder]).status).toBe(0);
      try {
        const error = await attempt({ output: `${folder}/out.mp4`, crf: 5 });
        expect(error).toMatchObject({ code: 'E_OUTPUT_FULL' });
        expect(await readdir(folder)).toEqual([]);
      } finally {
        spawnSync('umount', [folder]);
      }
      await before.expectNothingLeft('disk');
    } else {
      // A limit of the encoder's own file size ends writing in the same way.
      const limited = await script(bench, 'limited', `ulimit -f 200; exec ${FFMPEG} "$@"`);
      const { ffprobe, ffmpeg } = await locateFfmpeg();
      const error = await attempt({ binaries: { ffmpeg: { ...ffmpeg, path: limited }, ffprobe }, crf: 5 });
      expect(error).toMatchObject({ code: 'E_OUTPUT_FULL' });
      await before.expectNothingLeft('limited');
    }
  });

  it('a hardware encoder that breaks in mid-export', async () => {
    const short = await bench.make(...picture('160x90', 4), ...QUICK, 'brief.mp4');
    // Passes its proof and dies after some frames; everything else goes to the real program.
    const flaky = await script(
      bench,
      'flaky',
      `case " $* " in
        *" h264_nvenc "*"-f nut"*) exec ${FFMPEG} -hide_banner -v error -f rawvideo -pixel_format yuv420p -video_size 16x16 -framerate 25 -i pipe:0 -c:v ffv1 -f nut pipe:1;;
        *" h264_nvenc "*) head -c 300000 >/dev/null; echo '[error] the device fell off the bus' >&2; exit 1;;
        *) exec ${FFMPEG} "$@";;
      esac`,
    );
    const { ffprobe, ffmpeg } = await locateFfmpeg();
    const before = await inventory(bench.folder, pools);
    const report = await exportVideo({
      ...{
        input: short,
        output: bench.path('retried.mp4'),
        width: 320,
        gpuFormatConversion: 'off',
        preset: 'ultrafast',
      },
      binaries: { ffmpeg: { ...ffmpeg, path: flaky }, ffprobe },
    });
    expect(report.encoder?.name).toBe('libx264');
    expect(report.frames).toBe(120);
    expect(await frameHashes(bench.path('retried.mp4'))).toHaveLength(120);
    const retry = report.warnings.find(({ code }) => code === 'W_ENCODER_FAILED');
    expect(retry?.message).toMatch(/h264_nvenc failed.*libx264/);
    await before.expectNothingLeft('retried.mp4');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s to a program that aborts on it', async (signal) => {
    const native = loadNative();
    const program = await exporter(bench);
    const before = await inventory(bench.folder, pools);
    const child = spawn(process.execPath, [program, film, bench.path('out.mp4')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(native.available ? { FRAMERAIL_NATIVE_PATH: native.path } : {}) },
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (text.includes('under way')) child.kill(signal);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(said).toContain('E_ABORTED');
    expect(code).toBe(3);
    await before.expectNothingLeft();
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** A program around `exportVideo`, as one file that plain Node runs. */
function exporter(bench: Workbench): Promise<string> {
  const source = `
    import { exportVideo } from ${JSON.stringify(resolve('packages/export-pipeline/src/export-video.ts'))};
    const controller = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => controller.abort());
    let said = false;
    const [input, output] = process.argv.slice(2);
    exportVideo({
      input, output, codec: 'libx264', preset: 'ultrafast', width: 640, gpuFormatConversion: 'off',
      progressIntervalMs: 10, signal: controller.signal,
      onProgress: ({ frames }) => {
        if (frames > 5 && !said) console.log('under way');
        said ||= frames > 5;
      },
    }).catch((error) => {
      console.log(error.code);
      process.exitCode = 3;
    });`;
  return bundle(bench, 'program.mjs', { source });
}

async function script(bench: Workbench, name: string, body: string): Promise<string> {
  const path = bench.path(name);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

function mountWorks(): boolean {
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}
