import { isFramerailError } from '@framerail/lifecycle';
import type { EncoderChoice } from '../encoders/choose-encoder.js';
import type { Warnings } from './warnings.js';

const ENCODER_FAILURES = new Set(['E_FFMPEG_FAILED', 'E_FFMPEG_STALLED', 'E_STAGE_STALLED']);

/**
 * Tries the work with one encoder after the other: a device that breaks in mid-export costs the time until then, not
 * the export. Everything begins again, because a file half from one encoder and half from another is none that all
 * players like.
 *
 * @param choices - at least one, best first
 * @param warnings - hears of each retry
 * @param canRetry - whether the work can be begun again
 * @param work - gets the encoder
 */
export async function withRetry<T>(
  choices: readonly EncoderChoice[],
  warnings: Warnings,
  canRetry: boolean,
  work: (choice: EncoderChoice) => Promise<T>,
): Promise<T> {
  for (const [index, choice] of choices.entries()) {
    try {
      return await work(choice);
    } catch (error) {
      const next = choices[index + 1];
      if (next === undefined || !canRetry || !isEncoderFailure(choice, error)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      warnings.add(
        'W_ENCODER_FAILED',
        `${choice.profile.name} failed, so the export begins again with ${next.profile.name}: ${why}`,
      );
    }
  }
  throw new Error('Expected at least one encoder');
}

function isEncoderFailure({ profile }: EncoderChoice, error: unknown): boolean {
  if (!profile.isHardware || !isFramerailError(error)) return false;
  return ENCODER_FAILURES.has(error.code) && error.details['stage'] === 'encode';
}
