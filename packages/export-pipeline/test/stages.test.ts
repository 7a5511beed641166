import { createManualClock, FramerailError } from '@framerail/lifecycle';
import { BT709, frameLayout, type RawFrame } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runEncode } from '../src/stages/encode-stage.js';
import { type Renderer, runRender } from '../src/stages/render-stage.js';
import { runSource } from '../src/stages/source-stage.js';
import { linkStages } from '../src/stages/stage-link.js';
import { StageMeter } from '../src/stages/stage-meter.js';
import { supervise } from '../src/stages/supervise.js';

const layout = frameLayout({ format: 'NV12', width: 2, height: 2 });

/** Frames that count how many of them are alive. */
class Frames {
  alive = 0;
  doubleDisposed = 0;
  make(index: number): RawFrame {
    this.alive += 1;
    let isAlive = true;
    return {
      data: Uint8Array.of(index, 0, 0, 0, 0, 0),
      layout,
      color: BT709,
      timestampUs: index,
      durationUs: 1,
      [Symbol.dispose]: () => {
        if (!isAlive) this.doubleDisposed += 1;
        isAlive = false;
        this.alive -= 1;
      },
    };
  }
  async *stream(count: number, failAt = -1): AsyncGenerator<RawFrame> {
    for (let index = 0; index < count; index++) {
      if (index === failAt) throw new FramerailError({ code: 'E_TEST_SOURCE', message: 'source' });
      await later(index % 3);
      yield this.make(index);
    }
  }
}

const later = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
};

interface Plan {
  readonly count: number;
  readonly inFlight: number;
  readonly room: number;
  readonly failSource: number;
  readonly failRender: number;
  readonly failWrite: number;
  readonly failFinish: boolean;
  readonly abortAfter: number;
  readonly stallMs?: number;
  readonly hangWrite?: boolean;
}

async function runPipeline(plan: Plan) {
  const frames = new Frames();
  const written: number[] = [];
  const controller = new AbortController();
  const limits = {
    maxItems: plan.room,
    maxBytes: plan.room * layout.byteLength,
    timeoutMs: plan.stallMs ?? 60_000,
  };
  const decoded = linkStages({ from: 'decode', to: 'render', ...limits });
  const rendered = linkStages({ from: 'render', to: 'encode', ...limits });
  let order = Promise.resolve();
  const renderer: Renderer = {
    maxInFlight: plan.inFlight,
    process: (frame) => {
      const result = order
        .then(() => later(frame.timestampUs % 4))
        .then(() => {
          frame[Symbol.dispose]();
          if (frame.timestampUs === plan.failRender) throw new Error('renderer broke');
          return frames.make(frame.timestampUs);
        });
      order = result.then(
        () => {},
        () => {},
      );
      return result;
    },
  };
  const meters = {
    decode: new StageMeter('decode'),
    render: new StageMeter('render'),
    encode: new StageMeter('encode'),
  };
  const sink = {
    write: async (frame: RawFrame) => {
      const index = frame.timestampUs;
      await later(index % 2);
      if (plan.hangWrite)
        await new Promise((_, reject) => controller.signal.addEventListener('abort', reject));
      frame[Symbol.dispose]();
      if (index === plan.abortAfter) controller.abort();
      if (index === plan.failWrite)
        throw new FramerailError({ code: 'E_FFMPEG_FAILED', message: 'last words' });
      written.push(index);
    },
    finish: async () => {
      if (plan.failFinish) throw new FramerailError({ code: 'E_FFMPEG_FAILED', message: 'last words' });
    },
  };
  const error = await supervise({
    tasks: [
      {
        name: 'decode',
        run: (signal) =>
          runSource({
            frames: frames.stream(plan.count, plan.failSource),
            to: decoded,
            meter: meters.decode,
            signal,
          }),
      },
      {
        name: 'render',
        run: (signal) => runRender({ from: decoded, to: rendered, renderer, meter: meters.render, signal }),
      },
      { name: 'encode', run: (signal) => runEncode({ from: rendered, sink, meter: meters.encode, signal }) },
    ],
    signal: controller.signal,
    onFailure: async (failure) => {
      decoded.channel.fail(failure);
      rendered.channel.fail(failure);
      if (plan.hangWrite) controller.abort();
    },
  }).then(
    () => undefined,
    (failure: unknown) => failure as FramerailError,
  );
  await later(8);
  return { error, written, frames, meters };
}

const never = { failSource: -1, failRender: -1, failWrite: -1, failFinish: false, abortAfter: -1 };
const point = fc.option(fc.integer({ min: 0, max: 30 }), { nil: -1 });

describe('stages', () => {
  it('pass all frames in order, or fail by the first failure, and keep no frame', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 0, max: 25 }),
          inFlight: fc.integer({ min: 1, max: 5 }),
          room: fc.integer({ min: 1, max: 4 }),
          failSource: point,
          failRender: point,
          failWrite: point,
          failFinish: fc.boolean(),
          abortAfter: point,
        }),
        async (plan) => {
          const { error, written, frames } = await runPipeline(plan);
          expect(frames.alive).toBe(0);
          expect(frames.doubleDisposed).toBe(0);
          expect(written).toEqual(written.map((_, index) => index));
          const points = [plan.failSource, plan.failRender, plan.failWrite, plan.abortAfter];
          const isToFail = plan.failFinish || points.some((at) => at >= 0 && at < plan.count);
          expect(error !== undefined).toBe(isToFail);
          if (!isToFail) expect(written).toHaveLength(plan.count);
        },
      ),
      { seed: 5, numRuns: 150 },
    );
  });

  it.each([
    ['decode', { failSource: 3 }, 'E_TEST_SOURCE'],
    ['render', { failRender: 3 }, 'E_STAGE_FAILED'],
    ['encode', { failWrite: 3 }, 'E_FFMPEG_FAILED'],
    ['encode', { failFinish: true }, 'E_FFMPEG_FAILED'],
  ])('name the stage that failed: %s', async (stage, failure, code) => {
    const { error } = await runPipeline({ count: 10, inFlight: 3, room: 2, ...never, ...failure });
    expect(error).toMatchObject({ code, details: { stage } });
    expect(error?.message).toContain(`The ${stage} stage failed`);
  });

  it('blame the stage that keeps its neighbour waiting', async () => {
    const { error, frames } = await runPipeline({
      count: 10,
      inFlight: 3,
      room: 2,
      ...never,
      hangWrite: true,
      stallMs: 30,
    });
    expect(error).toMatchObject({ code: 'E_STAGE_STALLED', details: { stage: 'encode', waitedMs: 30 } });
    // The frame that the hanging sink owns is the sink's to dispose.
    expect(frames.alive).toBe(1);
  });

  it('start nothing under an aborted signal', async () => {
    let started = false;
    const run = async (): Promise<void> => {
      started = true;
    };
    const call = supervise({
      tasks: [{ name: 'decode', run }],
      signal: AbortSignal.abort(),
      onFailure: async () => {},
    });
    await expect(call).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(started).toBe(false);
  });

  it('are left behind when they do not end after a failure', async () => {
    const hanging = { name: 'render' as const, run: () => new Promise<void>(() => {}) };
    const failing = { name: 'encode' as const, run: () => Promise.reject(new Error('gone')) };
    const call = supervise({ tasks: [hanging, failing], onFailure: () => new Promise(() => {}), graceMs: 5 });
    await expect(call).rejects.toMatchObject({ code: 'E_STAGE_FAILED', details: { stage: 'encode' } });
  });
});

describe('stage meter', () => {
  it('adds every moment to exactly one state', async () => {
    const clock = createManualClock();
    const meter = new StageMeter('render', clock);
    meter.start();
    clock.advance(1000);
    const gates = [0, 1, 2].map(() => Promise.withResolvers<void>()) as [
      PromiseWithResolvers<void>,
      PromiseWithResolvers<void>,
      PromiseWithResolvers<void>,
    ];
    const input = meter.waitFor('input', gates[0].promise);
    expect(meter.state).toBe('waiting-for-input');
    clock.advance(2000);
    const work = meter.work(gates[1].promise);
    expect(meter.state).toBe('working');
    clock.advance(3000);
    const output = meter.waitFor('output', gates[2].promise);
    expect(meter.state).toBe('waiting-for-output');
    clock.advance(4000);
    for (const gate of gates) gate.resolve();
    await Promise.all([input, work, output]);
    clock.advance(500);
    meter.passed(6);
    meter.stop();
    clock.advance(9000);
    expect(meter.report()).toEqual({
      frames: 1,
      bytes: 6,
      busySeconds: 4.5,
      waitingSeconds: 6,
      waitingForInputSeconds: 2,
      waitingForOutputSeconds: 4,
    });
    expect(meter.state).toBe('done');
  });
});
