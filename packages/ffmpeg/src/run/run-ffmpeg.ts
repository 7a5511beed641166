import type { Readable, Writable } from 'node:stream';
import { type Clock, expectNumber, expectString, invalidArgument } from '@framerail/lifecycle';
import type { FfmpegBinaries } from '../locate/binary.js';
import { type ChildStream, type FfmpegResult, startFfmpeg } from './ffmpeg-process.js';
import type { FfmpegProgress } from './progress.js';

/** Options of {@link runFfmpeg}. */
export interface RunFfmpegOptions {
  /** The programs to run. */
  readonly binaries: FfmpegBinaries;
  /**
   * Inputs, filters, outputs, as ffmpeg takes them; there is no shell. Logging, progress and `-nostdin` are
   * set already. An existing output file is refused by ffmpeg unless `-y` is among them.
   */
  readonly args: readonly string[];
  /** Names the work in errors; default `ffmpeg`. */
  readonly stage?: string;
  /** What ffmpeg reads as `pipe:0`: nothing (default), a stream, or an open file of this process. */
  readonly stdin?: ChildStream;
  /** Where ffmpeg writes `pipe:1`: nowhere (default), a stream that has to be read, or an open file. */
  readonly stdout?: ChildStream;
  /** The output file's path, if there is one, so that trouble with it gets a code of its own. */
  readonly output?: string;
  /** Called with each report, about twice a second. */
  readonly onProgress?: (progress: FfmpegProgress) => void;
  /**
   * Milliseconds without a new frame, a later time, more output, or bytes read or written, until ffmpeg counts as
   * stalled and is killed. Default 30 000; `Infinity` waits for ever.
   */
  readonly stallTimeoutMs?: number;
  /** Aborting asks ffmpeg to end, and kills it `killGraceMs` later. */
  readonly signal?: AbortSignal;
  /** Milliseconds that ffmpeg has to end by itself when aborted; default 1000, 0 kills at once. */
  readonly killGraceMs?: number;
  /** Tells stalls and the grace; default the machine's. */
  readonly clock?: Clock;
}

/** A run of ffmpeg. */
export interface FfmpegRun {
  /** The process's number; `undefined` if it could not be started, which {@link result} tells. */
  readonly pid: number | undefined;
  /** There if `stdin: 'pipe'` was asked for. */
  readonly stdin: Writable | null;
  /** There if `stdout: 'pipe'` was asked for. */
  readonly stdout: Readable | null;
  /**
   * Rejects with a FramerailError: `E_FFMPEG_FAILED`, `E_FFMPEG_STALLED`, `E_ABORTED`, `E_ENCODER_NOT_FOUND`,
   * `E_OUTPUT_FULL`, `E_OUTPUT_UNWRITABLE`, `E_FFMPEG_NOT_FOUND`. Its details have `stage`, `args`, `exitCode`, `signal`,
   * `stderr` (the last lines), `problems` and `peakRssBytes`.
   */
  readonly result: Promise<FfmpegResult>;
  /** Kills ffmpeg at once and waits until it has gone; {@link result} rejects with `E_ABORTED`. Harmless when it has ended. */
  kill(): Promise<void>;
}

/**
 * Runs ffmpeg to its end. The process dies with this one, also when that ends by an exception.
 *
 * @param options - what to run and for how long to wait
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_ABORTED` if the signal was aborted before the start
 */
export function runFfmpeg(options: RunFfmpegOptions): FfmpegRun {
  const {
    binaries,
    args,
    stage = 'ffmpeg',
    stdin = 'ignore',
    stdout = 'ignore',
    output,
    onProgress,
    signal,
    clock,
  } = options;
  const stallTimeoutMs = expectTimeout('stallTimeoutMs', options.stallTimeoutMs ?? 30_000);
  const killGraceMs = expectNumber('killGraceMs', options.killGraceMs ?? 1000, { min: 0 });
  expectString('stage', stage);
  expectArguments('args', args);
  const run = startFfmpeg({
    binaries,
    args,
    stage,
    stdin,
    stdout,
    output,
    onProgress,
    signal,
    clock,
    stallTimeoutMs,
    killGraceMs,
  });
  return {
    pid: run.pid,
    stdin: run.stdin,
    stdout: run.stdout,
    result: run.result,
    async kill() {
      run.end('E_ABORTED', `${stage} was killed`, 0);
      await run.result.catch(() => {});
    },
  };
}

/** Checks milliseconds that may be `Infinity`. */
export function expectTimeout(name: string, value: number): number {
  return value === Number.POSITIVE_INFINITY ? value : expectNumber(name, value, { min: 1 });
}

/** Checks arguments: strings without zero bytes, which no program can be given. */
export function expectArguments(name: string, args: readonly string[]): void {
  const wrong = args.find((arg) => typeof arg !== 'string' || arg.includes('\0'));
  if (wrong !== undefined) throw invalidArgument(name, 'strings without zero bytes', wrong);
}
