import { isFramerailError } from '@framerail/lifecycle';

/** The codes that the command ends with; part of its interface. */
export const EXIT_CODES = Object.freeze({
  /** Done. */
  ok: 0,
  /** A failure that none of the others names: a defect, please report it. */
  unexpected: 1,
  /** A wrong option or argument, or a combination that makes no sense. */
  usage: 2,
  /** The input is missing, empty, damaged, or has no video. */
  input: 3,
  /** The output can't be written: no such folder, no permission, no space, or it is there and must not be replaced. */
  output: 4,
  /** ffmpeg, ffprobe or the encoder that was asked for is not there. */
  missing: 5,
  /** A stage failed or stalled: ffmpeg ended with an error, was killed, or stopped reading. */
  stage: 6,
  /** The GPU or the addon was asked for by name and is not there, or can't do it. */
  backend: 7,
  /** SIGHUP (the terminal went away): stopped, cleaned up. */
  hungUp: 129,
  /** SIGINT (Ctrl-C): stopped, cleaned up. */
  interrupted: 130,
  /** SIGTERM: stopped, cleaned up. */
  terminated: 143,
});

/** One row of `framerail help exit-codes`. */
export interface ExitCodeDescription {
  /** What the process ends with. */
  readonly code: number;
  /** In a few words. */
  readonly meaning: string;
}

/** What each code means, in ascending order. */
export const EXIT_CODE_MEANINGS: readonly ExitCodeDescription[] = [
  { code: EXIT_CODES.ok, meaning: 'done' },
  { code: EXIT_CODES.unexpected, meaning: 'an unexpected failure; please report it' },
  { code: EXIT_CODES.usage, meaning: 'a wrong option or argument' },
  { code: EXIT_CODES.input, meaning: 'the input is missing, empty, damaged, or has no video' },
  {
    code: EXIT_CODES.output,
    meaning: "the output can't be written, is full, or exists and must not be replaced",
  },
  { code: EXIT_CODES.missing, meaning: 'ffmpeg, ffprobe or the encoder that was asked for is not there' },
  {
    code: EXIT_CODES.stage,
    meaning: 'a stage failed or stalled (decode, render, encode), or a wait took too long',
  },
  { code: EXIT_CODES.backend, meaning: 'the GPU or the addon was asked for and is not there' },
  { code: EXIT_CODES.hungUp, meaning: 'the terminal went away (SIGHUP); cleaned up' },
  { code: EXIT_CODES.interrupted, meaning: 'interrupted (SIGINT); cleaned up' },
  { code: EXIT_CODES.terminated, meaning: 'terminated (SIGTERM); cleaned up' },
];

/** Whole codes first, then families; the first that fits decides. */
const RULES: readonly (readonly [prefix: string, exitCode: number])[] = [
  ['E_FFMPEG_NOT_FOUND', EXIT_CODES.missing],
  ['E_ENCODER_NOT_FOUND', EXIT_CODES.missing],
  ['E_INVALID_', EXIT_CODES.usage],
  ['E_UNBOUNDED', EXIT_CODES.usage],
  ['E_ODD_SIZE', EXIT_CODES.usage],
  ['E_UNSUPPORTED_', EXIT_CODES.usage],
  ['E_NO_VIDEO', EXIT_CODES.input],
  ['E_NO_FRAMES', EXIT_CODES.input],
  ['E_INPUT_', EXIT_CODES.input],
  ['E_OVERLAY_', EXIT_CODES.input],
  ['E_CUBE_', EXIT_CODES.input],
  ['E_QUEUE_READ_ONLY', EXIT_CODES.output],
  ['E_QUEUE_DISK_FULL', EXIT_CODES.output],
  ['E_QUEUE_LOCKED', EXIT_CODES.stage],
  ['E_QUEUE_', EXIT_CODES.input],
  ['E_OUTPUT_', EXIT_CODES.output],
  ['E_GPU_', EXIT_CODES.backend],
  ['E_NATIVE_', EXIT_CODES.backend],
  ['E_FFMPEG_', EXIT_CODES.stage],
  ['E_ENCODER_', EXIT_CODES.stage],
  ['E_STAGE_', EXIT_CODES.stage],
  ['E_READBACK_TIMEOUT', EXIT_CODES.stage],
  ['E_TIMEOUT', EXIT_CODES.stage],
];

/**
 * The exit code of a failure.
 *
 * @param error - anything that was thrown
 * @returns one of {@link EXIT_CODES}; aborts count as `interrupted`, since only a signal makes them
 */
export function exitCodeFor(error: unknown): number {
  if (!isFramerailError(error)) return EXIT_CODES.unexpected;
  if (error.code === 'E_ABORTED') return EXIT_CODES.interrupted;
  return RULES.find(([prefix]) => error.code.startsWith(prefix))?.[1] ?? EXIT_CODES.unexpected;
}
