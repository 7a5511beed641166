import { encoderRequirements, type Filter, filter } from '@framerail/ffmpeg';
import type { Container } from '../plan/container.js';
import type { EncoderChoice } from './choose-encoder.js';

/** What an encoding process is told about its encoder and its file. */
export interface EncoderArgs {
  /** Before all inputs. */
  readonly globalArgs: readonly string[];
  /** Right before the encoder. */
  readonly filters: readonly Filter[];
  /** The format that the encoder takes; `undefined`: ffmpeg picks one. */
  readonly pixelFormat: string | undefined;
  readonly outputArgs: readonly string[];
}

/**
 * Puts the encoder's arguments together.
 *
 * @param choice - the encoder
 * @param container - the file's
 * @param extra - the caller's, which come after all others
 */
export function encoderArgs(
  choice: EncoderChoice,
  container: Container,
  extra: readonly string[] = [],
): EncoderArgs {
  const { profile, settings } = choice;
  const { globalArgs, filters } = encoderRequirements(profile.name);
  return {
    globalArgs,
    // Raw frames don't say what shape their pixels have.
    filters: [filter('setsar', { sar: 1 }), ...filters],
    pixelFormat: profile.pixelFormat,
    outputArgs: [
      '-c:v',
      profile.name,
      ...profile.args(settings),
      ...container.args,
      ...extra,
      '-f',
      container.muxer,
    ],
  };
}
