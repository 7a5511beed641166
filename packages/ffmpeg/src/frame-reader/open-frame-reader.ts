import {
  abortError,
  expectInteger,
  FramerailError,
  invalidArgument,
  onAbort,
  systemClock,
} from '@framerail/lifecycle';
import { frameLayout, PIXEL_FORMATS, type RawFrame } from '@framerail/media-types';
import { checkInputFile, inputError } from '../input/check-input-file.js';
import { startFfmpeg } from '../run/ffmpeg-process.js';
import { expectTimeout } from '../run/run-ffmpeg.js';
import { decodeArguments } from './decode-arguments.js';
import { createFrameQueue } from './frame-queue.js';
import { createFrameStamper } from './frame-stamper.js';
import { openByteSource } from './open-byte-source.js';
import type { FrameReaderOptions, FrameReaderResult, RawFrameReader } from './raw-frame-reader.js';

const STAGE = 'decode';

/**
 * Starts ffmpeg on a file and gives its frames, decoded, at an exact rate, in pooled memory.
 *
 * Damage in the source doesn't end the reading: what can be decoded is delivered, `result` counts the errors and
 * the missing frames. Only a failing ffmpeg rejects, after the frames that came before. Part of a frame is never
 * delivered.
 *
 * @param options - what to decode, and into what
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_INPUT_NOT_FOUND`, `E_INPUT_EMPTY`, `E_INPUT_UNREADABLE`, `E_ABORTED`
 */
export async function openFrameReader(options: FrameReaderOptions): Promise<RawFrameReader> {
  const { binaries, input, video, format, width, height, frameRate, color, leases, frames, signal } = options;
  const {
    startUs = 0,
    filters = [],
    inputArgs = [],
    maxQueued = 2,
    transport = 'auto',
    clock = systemClock,
  } = options;
  if (PIXEL_FORMATS[format]?.ffmpegName === undefined || format === 'RGBA16F') {
    throw invalidArgument('format', 'a pixel format that ffmpeg writes', format);
  }
  if (frames !== undefined) expectInteger('frames', frames, { min: 1 });
  expectInteger('startUs', startUs, { min: 0 });
  expectInteger('maxQueued', maxQueued, { min: 1 });
  const stallTimeoutMs = expectTimeout('stallTimeoutMs', options.stallTimeoutMs ?? 30_000);
  const layout = frameLayout({ format, width, height });
  const plan = {
    binaries,
    input,
    video,
    format,
    width,
    height,
    frameRate,
    color,
    frames,
    startUs,
    filters,
    inputArgs,
  };
  const args = decodeArguments(plan);
  await checkInputFile(input);

  const queue = createFrameQueue<RawFrame>(maxQueued);
  const source = openByteSource(transport, clock);
  let reading = false;
  const ffmpeg = (() => {
    try {
      return startFfmpeg({
        binaries,
        args,
        stage: STAGE,
        stdin: 'ignore',
        stdout: source.childStdout,
        output: undefined,
        signal,
        clock,
        // Nothing that a decoder leaves behind is worth waiting for.
        killGraceMs: 0,
        stallTimeoutMs,
        activity: { isWaiting: () => reading, measure: () => source.bytesRead() },
      });
    } catch (error) {
      source.close();
      throw error;
    }
  })();
  source.attach(ffmpeg.stdout);

  const stop = new AbortController();
  let framesRead = 0;
  let partBytes = 0;
  const stamp = createFrameStamper({ layout, color, frameRate, startUs });

  /** @returns false at the end of the stream */
  const readFrame = async (): Promise<boolean> => {
    const lease = await leases.acquire(layout.byteLength, { signal: stop.signal });
    let handedOver = false;
    try {
      reading = true;
      const bytes = await source.read(lease.bytes.subarray(0, layout.byteLength));
      if (bytes < layout.byteLength) {
        partBytes = bytes;
        return false;
      }
      handedOver = true;
      queue.push(stamp(lease, framesRead));
      framesRead += 1;
      return true;
    } finally {
      reading = false;
      if (!handedOver) lease.release();
    }
  };

  const pump = async (): Promise<FrameReaderResult> => {
    while ((frames === undefined || framesRead < frames) && (await queue.room()) && (await readFrame()));
    const result = await ffmpeg.result;
    if (stop.signal.aborted) throw closed();
    if (partBytes > 0) throw endedInside(layout.byteLength, partBytes, framesRead);
    if (framesRead === 0) {
      const words = result.problems.slice(-3).join(' | ');
      throw inputError(
        'E_INPUT_INVALID',
        input,
        `Expected frames but ffmpeg decoded none${words === '' ? '' : ` (${words})`}`,
        {
          details: { stage: STAGE, problems: result.problems },
        },
      );
    }
    return Object.freeze({
      ...result,
      framesRead,
      missingFrames: frames === undefined ? 0 : frames - framesRead,
    });
  };

  const shut = (error?: unknown): void => {
    ffmpeg.end('E_ABORTED', `${STAGE} was ended`, 0, signal?.reason);
    stop.abort(error);
    source.close();
    queue.abandon(error);
  };
  // The pump may wait for memory or for room when it is told to stop; both have to end.
  const offAbort = onAbort(signal, () => shut(abortError(signal as AbortSignal, STAGE)));
  const give = async (): Promise<FrameReaderResult> => {
    try {
      const result = await pump();
      queue.finish();
      return result;
    } catch (error) {
      source.close();
      ffmpeg.end('E_ABORTED', 'Reading frames was given up', 0, error);
      // Being told to stop shows as a canceled read or a lease that isn't given; ffmpeg's end says why.
      const own = await ffmpeg.result.then(
        () => closed(),
        (failure: unknown) => failure,
      );
      const reason = stop.signal.aborted ? own : error;
      queue.finish(reason);
      throw reason;
    } finally {
      offAbort();
      source.close();
    }
  };
  const result = give();
  result.catch(() => {});

  const close = async (): Promise<void> => {
    shut();
    await result.catch(() => {});
    await ffmpeg.result.catch(() => {});
  };
  return {
    layout,
    color,
    pid: ffmpeg.pid,
    result,
    read: () => queue.next(),
    stats: () =>
      Object.freeze({
        transport: source.transport,
        frames: framesRead,
        bytes: source.bytesRead(),
        queued: queue.length,
        waitingMs: source.waitingMs(),
      }),
    close,
    [Symbol.asyncDispose]: close,
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = await queue.next();
        return value === undefined ? { done: true, value } : { done: false, value };
      },
      return: async () => {
        await close();
        return { done: true, value: undefined };
      },
    }),
  };
}

function closed(): FramerailError {
  return new FramerailError({ code: 'E_ABORTED', message: `${STAGE} was ended`, details: { stage: STAGE } });
}

function endedInside(frameBytes: number, partBytes: number, framesRead: number): FramerailError {
  return new FramerailError({
    code: 'E_FFMPEG_FAILED',
    message: `Expected whole frames of ${frameBytes} bytes but ffmpeg ended ${partBytes} bytes into frame ${framesRead}`,
    details: { stage: STAGE, frameBytes, partBytes, framesRead },
  });
}
