import { abortError, FramerailError, onAbort, throwIfAborted } from '@framerail/lifecycle';
import { execa } from 'execa';

/** Options of {@link capture}. */
export interface CaptureOptions {
  /** The program's file. */
  readonly path: string;
  readonly args: readonly string[];
  /** What is done, for messages. */
  readonly what: string;
  /** Given to its standard input; without it there is none. */
  readonly input?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until it is killed. */
  readonly timeoutMs: number;
  /** Bytes of output and of errors that are kept at most; more is a failure. Default 16 MiB. */
  readonly maxBytes?: number;
}

/** How a short run ended. */
export interface Captured {
  readonly stdout: Buffer;
  readonly stderr: string;
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signalName: string | undefined;
}

/**
 * Runs a program that ends by itself soon and keeps what it printed. An exit code other than 0 is no failure here.
 *
 * @throws FramerailError `E_ABORTED`, `E_TIMEOUT`, `E_FFMPEG_NOT_FOUND` if it can't be started, `E_FFMPEG_FAILED` if it prints without end
 */
export async function capture(options: CaptureOptions): Promise<Captured> {
  const { path, args, what, input, signal, timeoutMs, maxBytes = 16 * 1024 * 1024 } = options;
  throwIfAborted(signal, what);
  const child = execa(path, args, {
    stdin: input === undefined ? 'ignore' : 'pipe',
    ...(input === undefined ? {} : { input }),
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    forceKillAfterDelay: false,
    maxBuffer: maxBytes,
    env: { AV_LOG_FORCE_NOCOLOR: '1' },
  });
  const off = onAbort(signal, () => child.kill('SIGKILL'));
  const result = await child.finally(off);
  if (signal?.aborted) throw abortError(signal, what);
  const stderr = Buffer.from(result.stderr).toString('utf8');
  if (result.timedOut)
    throw failure('E_TIMEOUT', `${what} was given up after ${timeoutMs} ms`, options, stderr);
  if (result.isMaxBuffer)
    throw failure('E_FFMPEG_FAILED', `${what} printed more than ${maxBytes} bytes`, options, stderr);
  if (result.exitCode === undefined && result.signal === undefined) {
    throw failure(
      'E_FFMPEG_NOT_FOUND',
      `${what} could not be started: ${startFailure(result)}`,
      options,
      stderr,
    );
  }
  return { stdout: Buffer.from(result.stdout), stderr, exitCode: result.exitCode, signalName: result.signal };
}

function startFailure(result: { code?: string | undefined; originalMessage?: string | undefined }): string {
  if (result.code === 'ENOENT') return 'there is no such file';
  if (result.code === 'EACCES') return 'it is not executable';
  return result.originalMessage ?? 'unknown reason';
}

function failure(
  code: 'E_TIMEOUT' | 'E_FFMPEG_FAILED' | 'E_FFMPEG_NOT_FOUND',
  message: string,
  options: CaptureOptions,
  stderr: string,
) {
  const details = { path: options.path, args: [...options.args], stderr: stderr.slice(-4000) };
  return new FramerailError({ code, message, details });
}
