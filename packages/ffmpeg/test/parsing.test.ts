import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { describePixelFormatName } from '../src/index.js';
import { createProgressParser, type FfmpegProgress } from '../src/run/progress.js';
import { watchForStalls } from '../src/run/stall-watch.js';
import { createStderrLog } from '../src/run/stderr-log.js';

/** Cuts a text into pieces at random places. */
const cuts = (text: string): fc.Arbitrary<string[]> =>
  fc.array(fc.nat(text.length), { maxLength: 12 }).map((places) => {
    const ends = [0, ...places.sort((a, b) => a - b), text.length];
    return ends.slice(1).map((end, index) => text.slice(ends[index], end));
  });

describe('createProgressParser', () => {
  const TEXT =
    'frame=12\nfps=24.50\nstream_0_0_q=28.0\nbitrate=N/A\ntotal_size=N/A\nout_time_us=N/A\nout_time=N/A\ndup_frames=0\ndrop_frames=1\nspeed=N/A\nprogress=continue\n' +
    'frame=30\nfps=29.9\ntotal_size=4096\nout_time_us=1001000\nout_time_ms=1001000\nspeed=1.02x\nnonsense\nprogress=end\n';

  test('reads reports, however the text is cut', () => {
    fc.assert(
      fc.property(cuts(TEXT), (pieces) => {
        const reports: FfmpegProgress[] = [];
        const parse = createProgressParser((report) => reports.push(report));
        for (const piece of pieces) parse(piece);
        expect(reports).toEqual([
          {
            frame: 12,
            fps: 24.5,
            outTimeUs: undefined,
            totalBytes: undefined,
            speed: undefined,
            duplicatedFrames: 0,
            droppedFrames: 1,
            done: false,
          },
          {
            frame: 30,
            fps: 29.9,
            outTimeUs: 1_001_000,
            totalBytes: 4096,
            speed: 1.02,
            duplicatedFrames: 0,
            droppedFrames: 0,
            done: true,
          },
        ]);
      }),
      { seed: 1 },
    );
  });

  test('is not filled by a line without an end', () => {
    const onProgress = vi.fn();
    const parse = createProgressParser(onProgress);
    for (let index = 0; index < 1000; index += 1) parse('x'.repeat(10_000));
    parse('\nframe=1\nprogress=end\n');
    expect(onProgress).toHaveBeenCalledTimes(1);
  });
});

describe('createStderrLog', () => {
  const TEXT =
    '[info] Input #0, mov, from x:\n[h264 @ 0x1] [error] bad thing\n[warning] careful\r[info] bench: utime=1.0s\n' +
    '[info] bench: maxrss=50000kB\nuntagged\n[fatal] the end';

  test('sorts lines by level, however the text is cut', () => {
    fc.assert(
      fc.property(cuts(TEXT), (pieces) => {
        const log = createStderrLog();
        for (const piece of pieces) log.push(piece);
        log.push('\n');
        expect(log.problems()).toEqual(['[h264 @ 0x1] bad thing', 'careful', 'the end']);
        expect(log.tail()).toEqual([
          'Input #0, mov, from x:',
          '[h264 @ 0x1] bad thing',
          'careful',
          'bench: utime=1.0s',
          'bench: maxrss=50000kB',
          'untagged',
          'the end',
        ]);
        expect(log.errorCount()).toBe(2);
        expect(log.peakRssBytes()).toBe(51_200_000);
        expect(log.bytes()).toBe(TEXT.length + 1);
        expect(log.outputFailure()).toBeUndefined();
      }),
      { seed: 2 },
    );
  });

  test('keeps a bounded end of endless output', () => {
    const log = createStderrLog();
    for (let index = 0; index < 5000; index += 1) log.push(`[error] line ${index} ${'x'.repeat(3000)}\n`);
    for (let index = 0; index < 100; index += 1) log.push('y'.repeat(100_000));
    const tail = log.tail();
    expect(tail.join('').length).toBeLessThan(100_000);
    expect(tail.at(-2)).toMatch(/^line 4999 /);
    expect(log.errorCount()).toBe(5000);
  });

  test('finds that the output was not written to its end', () => {
    const log = createStderrLog();
    log.push(
      '[error] Error writing trailer of out.mp4: No space left on device\n[error] Error closing file x\n',
    );
    expect(log.outputFailure()).toBe('Error writing trailer of out.mp4: No space left on device');
  });
});

describe('watchForStalls', () => {
  /** Lets the watch see what time brought. */
  const tick = async (clock: ReturnType<typeof createManualClock>, ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      await Promise.resolve().then(() => {});
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const watch = (timeoutMs: number) => {
    const clock = createManualClock();
    const state = { waiting: true, progress: 0 };
    const onStall = vi.fn();
    const stop = watchForStalls({
      timeoutMs,
      clock,
      isWaiting: () => state.waiting,
      measure: async () => String(state.progress),
      onStall,
    });
    return { clock, state, onStall, stop };
  };

  test('tells once, after the whole time without progress', async () => {
    const { clock, onStall } = watch(1000);
    await tick(clock, 900);
    expect(onStall).not.toHaveBeenCalled();
    await tick(clock, 2000);
    expect(onStall).toHaveBeenCalledTimes(1);
    expect(onStall.mock.calls[0]?.[0]).toBeGreaterThanOrEqual(1000);
    expect(clock.pendingTimers).toBe(0);
  });

  test('progress and idleness start the time anew', async () => {
    const { clock, state, onStall } = watch(1000);
    for (let index = 0; index < 10; index += 1) {
      await tick(clock, 700);
      state.progress += 1;
    }
    state.waiting = false;
    await tick(clock, 5000);
    state.waiting = true;
    await tick(clock, 700);
    expect(onStall).not.toHaveBeenCalled();
    await tick(clock, 1000);
    expect(onStall).toHaveBeenCalledTimes(1);
  });

  test('stops, and watches nothing when there is no limit', async () => {
    const stopped = watch(1000);
    stopped.stop();
    await tick(stopped.clock, 5000);
    expect(stopped.onStall).not.toHaveBeenCalled();
    const endless = watch(Number.POSITIVE_INFINITY);
    await tick(endless.clock, 5000);
    expect(endless.onStall).not.toHaveBeenCalled();
    expect(endless.clock.pendingTimers).toBe(0);
  });
});

describe('describePixelFormatName', () => {
  test.each([
    ['yuv420p', 'ycbcr', 8, '420', false],
    ['yuvj422p', 'ycbcr', 8, '422', true],
    ['yuva444p12le', 'ycbcr', 12, '444', false],
    ['yuv440p10be', 'ycbcr', 10, '440', false],
    ['yuv410p', 'ycbcr', 8, '410', false],
    ['nv12', 'ycbcr', 8, '420', false],
    ['nv20le', 'ycbcr', 10, '422', false],
    ['nv42', 'ycbcr', 8, '444', false],
    ['p010le', 'ycbcr', 10, '420', false],
    ['p216be', 'ycbcr', 16, '422', false],
    ['p412le', 'ycbcr', 12, '444', false],
    ['yuyv422', 'ycbcr', 8, '422', false],
    ['y210le', 'ycbcr', 10, '422', false],
    ['xv30le', 'ycbcr', 10, '444', false],
    ['vuyx', 'ycbcr', 8, '444', false],
    ['ayuv64le', 'ycbcr', 16, '444', false],
    ['gray', 'gray', 8, undefined, true],
    ['gray10le', 'gray', 10, undefined, true],
    ['grayf32le', 'gray', 32, undefined, true],
    ['ya16be', 'gray', 16, undefined, true],
    ['monob', 'gray', 8, undefined, true],
    ['rgb24', 'rgb', 8, undefined, true],
    ['bgr0', 'rgb', 8, undefined, true],
    ['gbrp', 'rgb', 8, undefined, true],
    ['gbrap12le', 'rgb', 12, undefined, true],
    ['rgb48be', 'rgb', 16, undefined, true],
    ['rgba64le', 'rgb', 16, undefined, true],
    ['x2rgb10le', 'rgb', 10, undefined, true],
    ['rgbaf16le', 'rgb', 16, undefined, true],
    ['gbrpf32le', 'rgb', 32, undefined, true],
    ['pal8', 'rgb', 8, undefined, true],
    ['rgb565le', 'rgb', 8, undefined, true],
  ] as const)('%s', (name, model, bitDepth, chroma, fullRange) => {
    expect(describePixelFormatName(name)).toEqual({ model, bitDepth, chroma, fullRange });
  });
});
