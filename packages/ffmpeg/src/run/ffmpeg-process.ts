import type { Readable, Writable } from 'node:stream';
import {
  abortError,
  type Clock,
  type ErrorCode,
  FramerailError,
  onAbort,
  systemClock,
  throwIfAborted,
} from '@framerail/lifecycle';
import { execa } from 'execa';
import type { FfmpegBinaries } from '../locate/binary.js';
import { bytesMoved, peakResidentBytes } from '../process/proc-file-system.js';
import { describedFailure, type FailedRun, ffmpegFailure } from './failure.js';
import { createProgressParser, type FfmpegProgress } from './progress.js';
import { watchForStalls } from './stall-watch.js';
import { createStderrLog } from './stderr-log.js';

/** How a run ended well. */
export interface FfmpegResult {
  /** Video frames put out. */
  readonly frames: number;
  /** End of the output in microseconds; `undefined` where there was none. */
  readonly outTimeUs: number | undefined;
  /** Bytes written to the output; `undefined` where ffmpeg doesn't know. */
  readonly totalBytes: number | undefined;
  /** From start to exit. */
  readonly seconds: number;
  /** The most memory that ffmpeg held; `undefined` where the system doesn't tell. */
  readonly peakRssBytes: number | undefined;
  /** The last warnings and errors, at most 60 lines. A run may end well in spite of errors in its input. */
  readonly problems: readonly string[];
  /** Errors in all. */
  readonly errorCount: number;
}

/** What a standard stream of ffmpeg is: nothing, a stream of Node, or an open file of this process. */
export type ChildStream = 'ignore' | 'pipe' | number;

/** Options of {@link startFfmpeg}. */
export interface FfmpegProcessOptions {
  readonly binaries: FfmpegBinaries;
  /** All that comes after the general options. */
  readonly args: readonly string[];
  /** Names the work in errors. */
  readonly stage: string;
  readonly stdin: ChildStream;
  readonly stdout: ChildStream;
  readonly output: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds from the polite request to end to the kill, when aborted. */
  readonly killGraceMs: number;
  readonly stallTimeoutMs: number;
  readonly clock?: Clock | undefined;
  readonly onProgress?: ((progress: FfmpegProgress) => void) | undefined;
  /** What else to look at for stalls. */
  readonly activity?: { readonly isWaiting: () => boolean; readonly measure: () => number } | undefined;
}

/** A running ffmpeg. */
export interface FfmpegProcess {
  /** `undefined` if it could not be started; then {@link result} rejects. */
  readonly pid: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  /** Settles when the process has gone and its streams are read to the end. */
  readonly result: Promise<FfmpegResult>;
  /**
   * Ends the process and makes this the reason; without effect once it has ended or another reason was given.
   *
   * @param graceMs - 0 kills at once
   */
  end(code: ErrorCode, message: string, graceMs: number, cause?: unknown): void;
}

const GENERAL_OPTIONS = [
  '-hide_banner',
  '-nostdin',
  '-nostats',
  '-loglevel',
  'level+info',
  '-benchmark',
  '-progress',
  'pipe:3',
];

/** Below this many bytes what a process reads and writes may be its own log and reports on their way. */
const MOVED_BYTES_STEP = 65_536;

interface EndReason {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cause: unknown;
  readonly peakRssBytes: number | undefined;
}

/** Starts ffmpeg. Whoever starts it has to wait for its result, or end it. */
export function startFfmpeg(options: FfmpegProcessOptions): FfmpegProcess {
  const {
    binaries,
    stage,
    stdin,
    stdout,
    output,
    signal,
    killGraceMs,
    clock = systemClock,
    onProgress,
  } = options;
  throwIfAborted(signal, stage);
  const args = [...GENERAL_OPTIONS, ...options.args];
  const startedAt = clock.now();
  const log = createStderrLog();
  let progress: FfmpegProgress | undefined;
  let reportBytes = 0;
  let reason: EndReason | undefined;
  let ended = false;
  let cancelKill = (): void => {};

  const child = execa(binaries.ffmpeg.path, args, {
    stdio: [stdioOption(stdin), stdioOption(stdout), 'pipe', 'pipe'],
    buffer: false,
    reject: false,
    encoding: 'utf8',
    // What is left running when this process exits, by an exception too, dies with it even when it is stopped.
    killSignal: 'SIGKILL',
    forceKillAfterDelay: false,
    env: { AV_LOG_FORCE_NOCOLOR: '1' },
  });
  const { pid } = child;

  // What ffmpeg's own `-benchmark` says counts this process's memory in, which Linux passes on at the start.
  let sampledPeakBytes: number | undefined;
  const parse = createProgressParser((report) => {
    progress = report;
    if (pid !== undefined) sampledPeakBytes = peakResidentBytes(pid) ?? sampledPeakBytes;
    onProgress?.(report);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const reports = child.stdio[3] as Readable | null | undefined;
  reports?.setEncoding('utf8').on('data', (text: string) => {
    reportBytes += text.length;
    parse(text);
  });

  const end: FfmpegProcess['end'] = (code, message, graceMs, cause) => {
    if (ended || reason !== undefined) return;
    reason = { code, message, cause, peakRssBytes: pid === undefined ? undefined : peakResidentBytes(pid) };
    if (graceMs <= 0) {
      child.kill('SIGKILL');
      return;
    }
    child.kill('SIGTERM');
    // A stopped process gets the request only when it goes on.
    if (process.platform !== 'win32') child.kill('SIGCONT');
    cancelKill = clock.setTimer(() => child.kill('SIGKILL'), graceMs);
  };

  const offAbort = onAbort(signal, () => {
    end(
      'E_ABORTED',
      `${stage} was aborted`,
      killGraceMs,
      signal === undefined ? undefined : abortError(signal, stage).cause,
    );
  });
  const stopWatch = watchForStalls({
    timeoutMs: options.stallTimeoutMs,
    clock,
    isWaiting: options.activity?.isWaiting ?? (() => true),
    measure: async () => {
      const moved = pid === undefined ? undefined : await bytesMoved(pid);
      const own = moved === undefined ? 0 : Math.max(0, moved - reportBytes - log.bytes());
      const { frame, outTimeUs, totalBytes } = progress ?? {};
      return [
        frame,
        outTimeUs,
        totalBytes,
        options.activity?.measure(),
        Math.floor(own / MOVED_BYTES_STEP),
      ].join();
    },
    onStall: (waitedMs) =>
      end('E_FFMPEG_STALLED', `${stage}: ffmpeg made no progress for ${Math.round(waitedMs)} ms`, 0, {
        waitedMs,
      }),
  });

  const finish = async (): Promise<FfmpegResult> => {
    const exit = await child;
    ended = true;
    offAbort();
    stopWatch();
    cancelKill();
    const peakRssBytes = reason?.peakRssBytes ?? sampledPeakBytes ?? log.peakRssBytes();
    const failed: FailedRun = {
      stage,
      args,
      exitCode: exit.exitCode,
      signalName: exit.signal,
      stderr: log.tail(),
      problems: log.problems(),
      peakRssBytes,
      output,
      outputFailure: log.outputFailure(),
    };
    if (reason !== undefined) throw endedFailure(failed, reason);
    if (exit.exitCode === undefined && exit.signal === undefined)
      throw notStarted(stage, binaries.ffmpeg.path, exit);
    if (exit.exitCode !== 0 || failed.outputFailure !== undefined) throw ffmpegFailure(failed);
    return Object.freeze({
      frames: progress?.frame ?? 0,
      outTimeUs: progress?.outTimeUs,
      totalBytes: progress?.totalBytes,
      seconds: (clock.now() - startedAt) / 1000,
      peakRssBytes,
      problems: log.problems(),
      errorCount: log.errorCount(),
    });
  };
  const result = finish();
  // Callers that only watch frames must not die of a rejection they will see elsewhere.
  result.catch(() => {});
  return { pid, stdin: child.stdin, stdout: child.stdout, result, end };
}

/** execa takes any open file, but its types know only the numbers up to 9. */
function stdioOption(stream: ChildStream): 'ignore' | 'pipe' | 3 {
  return stream as 'ignore' | 'pipe' | 3;
}

function endedFailure(failed: FailedRun, { code, message, cause }: EndReason): FramerailError {
  if (code === 'E_FFMPEG_STALLED')
    return describedFailure(failed, code, message, cause as Record<string, unknown>);
  const { stage, args, exitCode, signalName, stderr, problems, peakRssBytes } = failed;
  const details = {
    stage,
    args: Object.freeze([...args]),
    exitCode,
    signal: signalName,
    stderr,
    problems,
    peakRssBytes,
  };
  return new FramerailError({ code, message, cause, details });
}

function notStarted(
  stage: string,
  path: string,
  exit: { code?: string | undefined; originalMessage?: string | undefined },
): FramerailError {
  const missing = exit.code === 'ENOENT' || exit.code === 'EACCES';
  return new FramerailError({
    code: missing ? 'E_FFMPEG_NOT_FOUND' : 'E_FFMPEG_FAILED',
    message: `${stage}: ffmpeg at ${path} could not be started: ${exit.originalMessage ?? exit.code ?? 'unknown reason'}`,
    details: { stage, path, systemCode: exit.code },
  });
}
