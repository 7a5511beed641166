import { readFileSync } from 'node:fs';
import type { BufferPool } from '@framerail/buffer-pool';
import { BT709, frameLayout, type PixelFormat, type RawFrame, SRGB } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireProgram, requireShared } from '../../../scripts/testing/require.js';
import { exportFrames } from '../src/export-frames.js';
import type { ExportFramesOptions } from '../src/export-options.js';
import {
  decoded,
  frameHashes,
  inventory,
  openWorkbench,
  picture,
  QUICK,
  streamsOf,
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

/** Frames whose disposal is counted. */
class Maker {
  made = 0;
  disposed = 0;
  constructor(
    readonly format: PixelFormat,
    readonly width: number,
    readonly height: number,
    readonly paint: (data: Uint8Array, index: number) => void,
  ) {}
  frame(index: number): RawFrame {
    const layout = frameLayout({ format: this.format, width: this.width, height: this.height });
    const data = new Uint8Array(layout.byteLength);
    this.paint(data, index);
    this.made += 1;
    let isDisposed = false;
    return {
      ...{ data, layout, color: this.format === 'RGBA' || this.format === 'BGRA' ? SRGB : BT709 },
      ...{ timestampUs: index, durationUs: 1 },
      [Symbol.dispose]: () => {
        if (isDisposed) throw new Error('Expected one disposal');
        isDisposed = true;
        this.disposed += 1;
      },
    };
  }
  async *stream(count: number): AsyncGenerator<RawFrame> {
    for (let index = 0; index < count; index++) yield this.frame(index);
  }
}

const BARS = ['white', 'yellow', 'cyan', 'green', 'magenta', 'red', 'blue', 'black'] as const;
const RGB: Record<(typeof BARS)[number], readonly number[]> = {
  white: [255, 255, 255],
  yellow: [255, 255, 0],
  cyan: [0, 255, 255],
  green: [0, 255, 0],
  magenta: [255, 0, 255],
  red: [255, 0, 0],
  blue: [0, 0, 255],
  black: [0, 0, 0],
};
const BAR_WIDTH = 16;

function paintBars(data: Uint8Array): void {
  for (let at = 0; at < data.length; at += 4) {
    const bar = BARS[Math.floor(((at / 4) % (BARS.length * BAR_WIDTH)) / BAR_WIDTH)] ?? 'black';
    data.set([...RGB[bar], 255], at);
  }
}

const noise = (data: Uint8Array, index: number): void => {
  for (let at = 0; at < data.length; at++) data[at] = (at * 7 + index * 13 + ((at * at) >> 7)) & 255;
};

const lossless = {
  codec: 'libx264',
  preset: 'ultrafast',
  crf: 0,
  gpuFormatConversion: 'off',
  frameRate: 25,
} as const;

describe.runIf(requireProgram('ffmpeg'))('exportFrames', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await openWorkbench();
  });
  afterAll(() => bench.close());

  const run = async (
    name: string,
    maker: Maker,
    count: number,
    options: Partial<ExportFramesOptions> = {},
  ) => {
    const before = await inventory(bench.folder, pools);
    const output = bench.path(name);
    const report = await exportFrames({
      frames: maker.stream(count),
      output,
      ...bench.found,
      ...lossless,
      ...options,
    });
    await before.expectNothingLeft(name);
    expect(maker.disposed).toBe(maker.made);
    return { report, output };
  };

  const vectors = requireShared('vectors/color-bars.json');
  it.runIf(vectors !== undefined).each([
    ['smpte170m', false],
    ['smpte170m', true],
    ['bt709', false],
    ['bt709', true],
    ['bt2020-ncl', false],
  ] as const)(
    'keeps bars within a code of the vectors, and tags them: %s, full range %s',
    async (matrix, fullRange) => {
      const { bars } = JSON.parse(readFileSync(vectors ?? '', 'utf8')) as {
        bars: {
          matrix: string;
          bits: number;
          fullRange: boolean;
          level: string;
          colors: Record<string, number[]>;
        }[];
      };
      const wanted = bars.find(
        (one) => one.matrix === matrix && one.bits === 8 && one.fullRange === fullRange && one.level === '1',
      );
      expect(wanted).toBeDefined();
      const maker = new Maker('RGBA', BARS.length * BAR_WIDTH, 64, paintBars);
      const { report, output } = await run(`${matrix}-${fullRange}.mp4`, maker, 5, {
        color: { matrix, fullRange },
      });
      expect(report.color).toMatchObject({ matrix, fullRange });
      const { video } = await streamsOf(output);
      expect(video).toMatchObject({
        color_space: matrix === 'bt2020-ncl' ? 'bt2020nc' : matrix,
        color_range: fullRange ? 'pc' : 'tv',
        color_primaries: 'bt709',
        color_transfer: 'iec61966-2-1',
        chroma_location: 'left',
      });
      const width = BARS.length * BAR_WIDTH;
      const yuv = await decoded(output, fullRange ? 'yuvj420p' : 'yuv420p');
      const luma = width * 64;
      for (const [index, bar] of BARS.entries()) {
        const x = index * BAR_WIDTH + BAR_WIDTH / 2;
        const chroma = 16 * (width / 2) + x / 2;
        const codes = [yuv[32 * width + x], yuv[luma + chroma], yuv[luma + luma / 4 + chroma]];
        const far = codes.map((code, at) => Math.abs((code ?? 999) - (wanted?.colors[bar]?.[at] ?? 0)));
        expect(Math.max(...far), `${bar}: ${codes}`).toBeLessThanOrEqual(1);
      }
    },
  );

  it('passes NV12 on as it is', async () => {
    const maker = new Maker('NV12', 64, 48, noise);
    const { report, output } = await run('pass.mp4', maker, 12);
    expect(report).toMatchObject({ frames: 12, backend: undefined, mode: 'render', durationUs: 480_000 });
    expect(Object.keys(report.stages)).toEqual(['source', 'encode']);
    const got = await decoded(output, 'nv12', 12);
    for (let index = 0; index < 12; index++) {
      const frame = new Uint8Array(64 * 48 * 1.5);
      noise(frame, index);
      expect(got.subarray(index * frame.length, (index + 1) * frame.length).equals(frame)).toBe(true);
    }
  });

  it.each(['RGBA', 'BGRA', 'I420', 'NV12'] as const)('takes %s of odd sizes', async (format) => {
    const { report } = await run(`odd-${format}.mp4`, new Maker(format, 65, 49, noise), 3);
    expect(report).toMatchObject({ width: 64, height: 48, frames: 3 });
    const scaled = await run(`scaled-${format}.mp4`, new Maker(format, 65, 49, noise), 3, { width: 32 });
    expect(scaled.report).toMatchObject({ width: 32, height: 24 });
    const maker = new Maker(format, 65, 49, noise);
    await expect(run('no.mp4', maker, 3, { oddSize: 'pad' })).rejects.toMatchObject({ code: 'E_ODD_SIZE' });
    expect(maker.disposed).toBe(maker.made);
  });

  it('carries sound from a file, cut to the frames', async () => {
    const sound = await bench.make(...picture('64x64', 2), ...tone(2), ...QUICK, 'sound.mp4');
    const maker = new Maker('RGBA', 64, 48, noise);
    const { output } = await run('with-sound.mp4', maker, 25, {
      audioFrom: sound,
      totalFrames: 25,
      audio: 'aac',
    });
    const { video, audio } = await streamsOf(output);
    expect(Math.abs(Number(audio?.duration) - Number(video.duration))).toBeLessThan(1024 / 48_000);
  });

  it('goes on for long without holding more', async () => {
    const maker = new Maker('RGBA', 96, 64, noise);
    const highest: number[] = [];
    const { report } = await run('long.mp4', maker, 2000, {
      frames: (async function* () {
        for (let index = 0; index < 2000; index++) {
          highest.push(maker.made - maker.disposed);
          yield maker.frame(index);
        }
      })(),
    });
    expect(report.frames).toBe(2000);
    const held = report.buffer?.frames ?? 0;
    expect(Math.max(...highest)).toBeLessThanOrEqual(held);
    expect(report.buffer?.peakBytes).toBeLessThanOrEqual((report.buffer?.bytes ?? 0) + 4096 * held);
  });

  it('works within the smallest budget, and says that it was raised', async () => {
    const maker = new Maker('RGBA', 96, 64, noise);
    const { report } = await run('tiny.mp4', maker, 40, { bufferFrames: 1, bufferBytes: 1 });
    expect(report.frames).toBe(40);
    expect(report.warnings.map(({ code }) => code)).toContain('W_BUFFER_RAISED');
  });

  it.each([
    ['none', async function* () {}, 'E_NO_FRAMES'],
    ['no iterable', 7, 'E_INVALID_ARGUMENT'],
    [
      'a generator that throws at once',
      // biome-ignore lint/correctness/useYield: it fails before it could
      async function* () {
        throw new Error('mine');
      },
      'E_STAGE_FAILED',
    ],
  ])('refuses %s', async (_, source, code) => {
    const before = await inventory(bench.folder, pools);
    const frames = (typeof source === 'function' ? source() : source) as ExportFramesOptions['frames'];
    await expect(
      exportFrames({ frames, output: bench.path('no.mp4'), ...bench.found, ...lossless }),
    ).rejects.toMatchObject({ code });
    await before.expectNothingLeft();
  });

  it('ends the caller’s generator and gives back its frames when something fails', async () => {
    const before = await inventory(bench.folder, pools);
    const maker = new Maker('RGBA', 64, 48, noise);
    const other = new Maker('RGBA', 32, 48, noise);
    let ended = false;
    const frames = async function* (kind: 'other' | 'throw' | 'abort', controller: AbortController) {
      try {
        for (let index = 0; index < 400; index++) {
          if (index === 20 && kind === 'other') yield other.frame(index);
          if (index === 20 && kind === 'throw') throw new Error('mine');
          if (index === 20 && kind === 'abort') controller.abort();
          yield maker.frame(index);
        }
      } finally {
        ended = true;
      }
    };
    for (const [kind, code] of [
      ['other', 'E_INVALID_ARGUMENT'],
      ['throw', 'E_STAGE_FAILED'],
      ['abort', 'E_ABORTED'],
    ] as const) {
      ended = false;
      const controller = new AbortController();
      const call = exportFrames({
        frames: frames(kind, controller),
        output: bench.path('no.mp4'),
        signal: controller.signal,
        ...bench.found,
        ...lossless,
      });
      await expect(call).rejects.toMatchObject({ code });
      expect(ended).toBe(true);
      expect(maker.disposed).toBe(maker.made);
      expect(other.disposed).toBe(other.made);
      await before.expectNothingLeft();
    }
  });

  it('does not wait for ever for a caller who has stopped making frames', async () => {
    const before = await inventory(bench.folder, pools);
    for (const count of [0, 3]) {
      const maker = new Maker('RGBA', 64, 48, noise);
      const hanging = async function* () {
        for (let index = 0; index < count; index++) yield maker.frame(index);
        await new Promise(() => {});
      };
      const call = (options: Partial<ExportFramesOptions>) =>
        exportFrames({
          frames: hanging(),
          output: bench.path('no.mp4'),
          ...bench.found,
          ...lossless,
          ...options,
        });
      await expect(call({ stallTimeoutMs: 1500 })).rejects.toMatchObject({
        code: 'E_STAGE_STALLED',
        details: { stage: 'source' },
      });
      await expect(call({ signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ code: 'E_ABORTED' });
      expect(maker.disposed).toBe(maker.made);
      await before.expectNothingLeft();
    }
  });

  it.runIf(requireProgram('addon'))('gives the same frames whatever renders', async () => {
    const options = {
      width: 128,
      brightness: 0.1,
      saturation: 1.5,
      overlay: {
        image: { data: new Uint8Array(20 * 10 * 4).fill(160), width: 20, height: 10 },
        x: 5,
        y: -2,
        opacity: 0.5,
      },
    };
    const hashes = await Promise.all(
      (['native', 'reference'] as const).map(async (backend) => {
        const output = bench.path(`by-${backend}.mp4`);
        const maker = new Maker('RGBA', 96, 64, noise);
        const report = await exportFrames({
          frames: maker.stream(10),
          output,
          backend,
          ...bench.found,
          ...lossless,
          ...options,
        });
        expect(report.backend?.backend).toBe(backend);
        return frameHashes(output);
      }),
    );
    expect(hashes[0]).toHaveLength(10);
    expect(hashes[0]).toEqual(hashes[1]);
  });
});
