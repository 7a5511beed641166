import { inputArguments } from '@framerail/ffmpeg';
import type { AudioPlan } from './plan-audio.js';

/** What an encoder process needs to carry the sound. */
export interface AudioArgs {
  /** Options before all inputs. */
  readonly globals: readonly string[];
  /** Input options and the input itself; empty without sound. */
  readonly inputs: readonly string[];
  /** Output options, the mapping of the sound and its end included. */
  readonly outputs: readonly string[];
}

/** Options of {@link audioArgs}. */
export interface AudioArgsOptions {
  readonly plan: AudioPlan;
  /** The file that has the sound. */
  readonly path: string;
  /** The time in that file at which the video's first frame is, in microseconds; `undefined`: its own start. */
  readonly originUs: number | undefined;
  /** The video's exact length; `undefined` lets the sound end by itself. */
  readonly durationUs: number | undefined;
}

const BITS_PER_CHANNEL = 96_000;
const MOST_BITS = 512_000;

/**
 * Makes the arguments that carry the sound beside the video, which is input 0. Timestamps stay the file's and are moved by
 * what the frame reader moves the picture's, so that their distance stays the source's to the sample; ffmpeg by itself would
 * move a file by the streams that it reads of it, in which releases differ. Encoded sound is filled with
 * silence at both ends to the video's exact length; a copy can only be cut.
 */
export function audioArgs({ plan, path, originUs, durationUs }: AudioArgsOptions): AudioArgs {
  if (plan.mode === 'none') return { globals: [], inputs: [], outputs: ['-an'] };
  const isAnchored = originUs !== undefined;
  const globals = isAnchored ? ['-copyts'] : [];
  const inputs = [
    ...(isAnchored && originUs !== 0 ? ['-itsoffset', secondsArg(-originUs)] : []),
    ...inputArguments(path),
  ];
  const map = ['-map', `1:${plan.streamIndex}`];
  const end = durationUs === undefined ? [] : ['-t', secondsArg(durationUs)];
  if (plan.mode === 'copy') return { globals, inputs, outputs: [...map, '-c:a', 'copy', ...end] };
  const pad = durationUs === undefined ? '' : ',apad';
  const bits = Math.min(MOST_BITS, Math.max(1, plan.channels) * BITS_PER_CHANNEL);
  const filter = ['-filter:a', `aresample=async=1:first_pts=0${pad}`];
  return { globals, inputs, outputs: [...map, '-c:a', 'aac', '-b:a', String(bits), ...filter, ...end] };
}

/** Microseconds as ffmpeg's time in seconds, exact. */
export function secondsArg(timeUs: number): string {
  const digits = String(Math.abs(timeUs)).padStart(7, '0');
  return `${timeUs < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
