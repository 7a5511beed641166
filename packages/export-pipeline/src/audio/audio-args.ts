import type { AudioPlan } from './plan-audio.js';

/** What an encoder process needs to carry the sound. */
export interface AudioArgs {
  /** Input options and the input itself; empty without sound. */
  readonly inputs: readonly string[];
  /** Output options, the mapping of the sound and its end included. */
  readonly outputs: readonly string[];
}

const BITS_PER_CHANNEL = 96_000;
const MOST_BITS = 512_000;

/**
 * Makes the arguments that carry the sound beside the video. The video is the first input (index 0), the sound's file
 * the one with `inputIndex`. ffmpeg shifts every input so that its earliest stream starts at 0, as the frame reader
 * does for the same file, so the distance between picture and sound stays the source's. Encoded sound is filled
 * with silence at both ends to the video's exact length; a copy can only be cut.
 *
 * @param plan - what becomes of the sound
 * @param path - the file that has it
 * @param durationUs - the video's exact length; `undefined` ends the sound by itself
 * @param inputIndex - which input of the process the file is; default 1
 */
export function audioArgs(plan: AudioPlan, path: string, durationUs: number | undefined, inputIndex = 1): AudioArgs {
  if (plan.mode === 'none') return { inputs: [], outputs: ['-an'] };
  const map = ['-map', `${inputIndex}:${plan.streamIndex}`];
  const end = durationUs === undefined ? [] : ['-t', secondsArg(durationUs)];
  const inputs = ['-i', `file:${path}`];
  if (plan.mode === 'copy') return { inputs, outputs: [...map, '-c:a', 'copy', ...end] };
  const pad = durationUs === undefined ? '' : ',apad';
  const bits = Math.min(MOST_BITS, Math.max(1, plan.channels) * BITS_PER_CHANNEL);
  const filter = ['-filter:a', `aresample=async=1:first_pts=0${pad}`];
  return { inputs, outputs: [...map, '-c:a', 'aac', '-b:a', String(bits), ...filter, ...end] };
}

/** Microseconds as ffmpeg's time in seconds, exact. */
export function secondsArg(timeUs: number): string {
  const digits = String(timeUs).padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
