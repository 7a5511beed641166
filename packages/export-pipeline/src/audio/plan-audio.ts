import type { AudioStreamInfo } from '@framerail/ffmpeg';
import { invalidArgument } from '@framerail/lifecycle';
import type { AudioChoice } from '../export-options.js';
import type { Container } from '../plan/container.js';

/** What becomes of the sound. */
export interface AudioPlan {
  /** `copy` as it is, `aac` encoded anew, or no sound. */
  readonly mode: 'copy' | 'aac' | 'none';
  /** Why, in a few words. */
  readonly reason: string;
  /** The source's stream that is taken, by its index in the file. */
  readonly streamIndex: number | undefined;
  /** The track's channels; 0 without one. */
  readonly channels: number;
  /** Tracks of the source that are left out. */
  readonly leftOut: number;
}

/**
 * Decides about the sound. Where a source has several tracks, the first goes along.
 *
 * @param choice - the caller's; `'auto'` copies where the container can hold the codec
 * @param tracks - the source's
 * @param container - the output's
 * @throws FramerailError `E_INVALID_ARGUMENT` if the copy that was asked for can't be
 */
export function planAudio(
  choice: AudioChoice,
  tracks: readonly AudioStreamInfo[],
  container: Container,
): AudioPlan {
  const track = tracks[0];
  if (choice === 'none') return silent('it was asked for', tracks.length);
  if (track === undefined) return silent('the source has none', 0);
  const fits = container.copyAudio.includes(track.codec);
  if (choice === 'copy' && !fits) {
    throw invalidArgument(
      'audio',
      `'aac' or 'none', because ${container.muxer} can't hold ${track.codec} as it is (it takes ${container.copyAudio.join(', ')}),`,
      choice,
    );
  }
  const taken = { streamIndex: track.index, channels: track.channels, leftOut: tracks.length - 1 };
  if (choice !== 'aac' && fits)
    return { mode: 'copy', reason: `${container.muxer} takes ${track.codec} as it is`, ...taken };
  const reason =
    choice === 'aac' ? 'it was asked for' : `${container.muxer} can't hold ${track.codec} as it is`;
  return { mode: 'aac', reason, ...taken };
}

function silent(why: string, leftOut: number): AudioPlan {
  return { mode: 'none', reason: `no sound: ${why}`, streamIndex: undefined, channels: 0, leftOut };
}
