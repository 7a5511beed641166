import {
  expectInteger,
  expectString,
  FramerailError,
  invalidArgument,
  systemClock,
} from '@framerail/lifecycle';
import { type ColorSpace, type FrameLayout, PIXEL_FORMATS, type RawFrame } from '@framerail/media-types';
import { type FfmpegResult, startFfmpeg } from '../run/ffmpeg-process.js';
import { expectArguments, expectTimeout } from '../run/run-ffmpeg.js';
import { createWakeList } from '../waiting/wake-list.js';
import { encodeArguments } from './encode-arguments.js';
import { createFramePacker } from './frame-packer.js';
import { openByteSink } from './open-byte-sink.js';
import type { FrameWriterOptions, RawFrameWriter } from './raw-frame-writer.js';

const STAGE = 'encode';

/**
 * Starts ffmpeg on raw frames that the caller gives one after the other.
 *
 * @param options - what the frames are and what is to be made of them
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_ABORTED`
 */
export async function openFrameWriter(options: FrameWriterOptions): Promise<RawFrameWriter> {
  const { binaries, output, outputArgs, layout, color, frameRate, pixelFormat, signal, onProgress } = options;
  const { extraInputs = [], globalArgs = [], filters = [], outputColor = color, maxQueued = 2 } = options;
  const { transport = 'auto', clock = systemClock } = options;
  expectString('output', output);
  expectArguments('outputArgs', [output, ...outputArgs, ...extraInputs, ...globalArgs]);
  expectInteger('maxQueued', maxQueued, { min: 1 });
  const stallTimeoutMs = expectTimeout('stallTimeoutMs', options.stallTimeoutMs ?? 30_000);
  if (PIXEL_FORMATS[layout.format]?.ffmpegName === undefined) {
    throw invalidArgument('layout.format', 'a pixel format that ffmpeg knows', layout.format);
  }
  const args = encodeArguments({
    output,
    outputArgs,
    layout,
    color,
    frameRate,
    extraInputs,
    globalArgs,
    filters,
    pixelFormat,
    outputColor,
  });
  const pack = createFramePacker(layout);

  const sink = openByteSink(transport, clock);
  let queued = 0;
  let framesTaken = 0;
  let finished: Promise<FfmpegResult> | undefined;
  let exited = false;
  let failed = false;
  const changed = createWakeList();
  const ffmpeg = (() => {
    try {
      return startFfmpeg({
        binaries,
        args,
        stage: STAGE,
        stdin: sink.childStdin,
        stdout: 'ignore',
        output,
        signal,
        clock,
        onProgress,
        // The output of an aborted run is thrown away, so nothing is worth waiting for.
        killGraceMs: 0,
        stallTimeoutMs,
        activity: {
          isWaiting: () => queued > 0 || failed || finished !== undefined,
          measure: () => sink.bytesTaken(),
        },
      });
    } catch (error) {
      sink.abort();
      throw error;
    }
  })();
  sink.attach(ffmpeg.stdin);
  const ended = ffmpeg.result.finally(() => {
    exited = true;
    sink.abort();
    changed.wakeAll();
  });
  ended.catch(() => {});

  const drained = async (): Promise<void> => {
    while (queued > 0) await changed.wait();
  };

  /** Why writing can't go on: what ffmpeg ended with, or that it ended well before its input did. */
  const failure = async (): Promise<FramerailError> => {
    // A reader that has closed its input may still be at work on its end.
    const outcome = await ended.catch((error: FramerailError) => error);
    await drained();
    if (outcome instanceof Error) return outcome;
    return new FramerailError({
      code: 'E_FFMPEG_FAILED',
      message: `${STAGE}: expected ffmpeg to read all frames but it ended after ${framesTaken} of them, with exit code 0`,
      details: { stage: STAGE, args, exitCode: 0, framesTaken, problems: outcome.problems },
    });
  };

  const send = async (frame: RawFrame): Promise<void> => {
    let held: RawFrame | undefined = frame;
    try {
      const packed = pack(frame);
      if (packed.isCopy) {
        held = undefined;
        frame[Symbol.dispose]();
      }
      await sink.write(packed.bytes);
      packed.done();
      framesTaken += 1;
    } finally {
      queued -= 1;
      held?.[Symbol.dispose]();
      changed.wakeAll();
    }
  };

  const write = async (frame: RawFrame): Promise<void> => {
    const refusal = finished === undefined ? refuse(frame, layout, color) : alreadyFinished();
    if (refusal !== undefined) {
      frame[Symbol.dispose]();
      throw refusal;
    }
    if (failed || exited) {
      frame[Symbol.dispose]();
      throw await failure();
    }
    queued += 1;
    void send(frame).catch(() => {
      failed = true;
      changed.wakeAll();
    });
    while (queued >= maxQueued && !failed && !exited) await changed.wait();
    if (failed || exited) throw await failure();
  };

  const finish = async (): Promise<FfmpegResult> => {
    try {
      await sink.end();
    } catch {
      throw await failure();
    }
    if (failed) throw await failure();
    return ended;
  };

  const abort = async (reason?: unknown): Promise<void> => {
    ffmpeg.end('E_ABORTED', `${STAGE} was aborted`, 0, reason);
    await ended.catch(() => {});
    await drained();
  };

  return {
    pid: ffmpeg.pid,
    write,
    finish: () => {
      finished ??= finish();
      return finished;
    },
    abort,
    stats: () =>
      Object.freeze({
        transport: sink.transport,
        frames: framesTaken,
        bytes: sink.bytesTaken(),
        queued,
        waitingMs: sink.waitingMs(),
      }),
    [Symbol.asyncDispose]: () => abort(),
  };
}

function alreadyFinished(): FramerailError {
  return new FramerailError({
    code: 'E_WRITER_FINISHED',
    message: 'Expected no frame after finish() but received one',
  });
}

function refuse(frame: RawFrame, layout: FrameLayout, color: ColorSpace): FramerailError | undefined {
  const { format, width, height } = frame.layout;
  if (format !== layout.format || width !== layout.width || height !== layout.height) {
    return invalidArgument(
      'frame',
      `${layout.format} of ${layout.width}×${layout.height}`,
      `${format} of ${width}×${height}`,
    );
  }
  if (frame.data.byteLength < frame.layout.byteLength) {
    return invalidArgument(
      'frame.data',
      `${frame.layout.byteLength} bytes`,
      `${frame.data.byteLength} bytes`,
    );
  }
  const fields = [
    'primaries',
    'transfer',
    'matrix',
    'fullRange',
    ...(color.matrix === 'rgb' ? [] : ['chromaLocation']),
  ] as const;
  const other = fields.find(
    (field) => frame.color[field as keyof ColorSpace] !== color[field as keyof ColorSpace],
  );
  if (other === undefined) return undefined;
  const name = other as keyof ColorSpace;
  return invalidArgument(`frame.color.${name}`, `the writer's ${String(color[name])}`, frame.color[name]);
}
