import { FramerailError } from '@framerail/lifecycle';
import type { Warnings } from '../run/warnings.js';

/** How a source was read. */
export interface Reading {
  readonly input: string;
  /** Frames that its container promised. */
  readonly expected: number;
  readonly framesRead: number;
  /** Errors that ffmpeg reported, and the last of them in words. */
  readonly errorCount: number;
  readonly problems: readonly string[];
}

/** Durations are rounded, and some streams end a frame or two before their container says so. */
const TOLERATED_FRAMES = 2;
const TOLERATED_SHARE = 0.01;

/**
 * Tells a source that was cut off from one that merely ends early or has scratches.
 *
 * @throws FramerailError `E_INPUT_TRUNCATED`
 */
export function checkWhole(
  { input, expected, framesRead, errorCount, problems }: Reading,
  warnings: Warnings,
): void {
  const missing = expected - framesRead;
  const isShort = missing > Math.max(TOLERATED_FRAMES, expected * TOLERATED_SHARE);
  const words = problems.slice(-2).join(' | ');
  if (isShort && errorCount > 0) {
    throw new FramerailError({
      code: 'E_INPUT_TRUNCATED',
      message: `Expected ${expected} frames in ${input} but it is cut off or damaged after ${framesRead}: ${words}`,
      details: { path: input, stage: 'decode', expected, framesRead, problems },
    });
  }
  if (errorCount > 0) {
    warnings.add('W_SOURCE_DAMAGED', `The source has errors that ffmpeg could pass over: ${words}`);
  }
  if (Math.abs(missing) > 1) {
    warnings.add(
      'W_FRAME_COUNT',
      `The source was expected to have ${expected} frames but has ${framesRead}; the sound ends with frame ${expected}`,
    );
  }
}
