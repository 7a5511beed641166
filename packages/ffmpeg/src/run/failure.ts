import { type ErrorCode, FramerailError } from '@framerail/lifecycle';

/** What is known of a run that failed. */
export interface FailedRun {
  /** Which part of the work this run was, such as `encode`. */
  readonly stage: string;
  readonly args: readonly string[];
  readonly exitCode: number | undefined;
  readonly signalName: string | undefined;
  /** The last lines of stderr. */
  readonly stderr: readonly string[];
  /** The last warnings and errors among them. */
  readonly problems: readonly string[];
  readonly peakRssBytes: number | undefined;
  /** The output file, if there is one: trouble with it is told apart. */
  readonly output: string | undefined;
  /** The line that says that the output couldn't be written to its end. */
  readonly outputFailure: string | undefined;
}

const DISK_FULL = /No space left on device|Disk quota exceeded|File too large|Not enough space/i;
const NOT_WRITABLE =
  /Permission denied|Read-only file system|Is a directory|Not a directory|No such file or directory|Operation not permitted|File name too long|Text file busy|Invalid argument/i;
const UNKNOWN_ENCODER = /Unknown encoder '([^']*)'/;

/** Tells from ffmpeg's last words why it failed. */
export function ffmpegFailure(run: FailedRun): FramerailError {
  const { code, why } = classify(run);
  return describedFailure(run, code, `${run.stage}: ${why}`);
}

/** Makes an error about a run that carries all that is known of it. */
export function describedFailure(
  run: FailedRun,
  code: ErrorCode,
  message: string,
  more: Record<string, unknown> = {},
): FramerailError {
  const { stage, args, exitCode, signalName, stderr, problems, peakRssBytes } = run;
  const words = lastWords(run);
  return new FramerailError({
    code,
    message: words === '' ? message : `${message}; its last words: ${words}`,
    details: {
      stage,
      args: Object.freeze([...args]),
      exitCode,
      signal: signalName,
      stderr,
      problems,
      peakRssBytes,
      ...more,
    },
  });
}

function classify(run: FailedRun): { code: ErrorCode; why: string } {
  const encoder = run.stderr
    .map((line) => UNKNOWN_ENCODER.exec(line)?.[1])
    .find((name) => name !== undefined);
  if (encoder !== undefined) {
    return {
      code: 'E_ENCODER_NOT_FOUND',
      why: `expected an encoder of this ffmpeg but received "${encoder}"`,
    };
  }
  const { output } = run;
  if (run.signalName === 'SIGXFSZ' || run.stderr.some((line) => DISK_FULL.test(line))) {
    return {
      code: 'E_OUTPUT_FULL',
      why: `there was no room for the output${output === undefined ? '' : ` ${JSON.stringify(output)}`}`,
    };
  }
  const unwritable =
    run.outputFailure !== undefined ||
    run.stderr.some((line) => output !== undefined && NOT_WRITABLE.test(line) && isAbout(line, output));
  if (output !== undefined && unwritable) {
    return { code: 'E_OUTPUT_UNWRITABLE', why: `the output ${JSON.stringify(output)} could not be written` };
  }
  const end =
    run.exitCode === undefined
      ? `was ended by ${run.signalName ?? 'an unknown signal'}`
      : `failed with exit code ${run.exitCode}`;
  return { code: 'E_FFMPEG_FAILED', why: `ffmpeg ${end}` };
}

/** Releases word it differently: `NAME: why`, `[out#0/mp4] Error opening output NAME: why`. */
function isAbout(line: string, output: string): boolean {
  return line.includes(output) || /\[out#\d|opening output/i.test(line);
}

function lastWords({ problems, stderr }: FailedRun): string {
  const lines = problems.length > 0 ? problems.slice(-4) : stderr.slice(-2);
  return lines.map((line) => line.trim()).join(' | ');
}
