import type { VideoStreamInfo } from '@framerail/ffmpeg';
import { invalidArgument } from '@framerail/lifecycle';
import { compareRational } from '@framerail/media-types';
import type { ExportOptions } from '../export-options.js';
import type { Container } from './container.js';
import type { ExportMode, PlannedSource, PlannedTarget } from './export-plan.js';
import { isSameCode } from './output-color.js';
import type { PlannedOperations } from './planned-operation.js';

/** A mode and why. */
export interface ChosenMode {
  readonly mode: ExportMode;
  readonly reason: string;
}

/** What {@link chooseMode} looks at. */
export interface ModeQuestion {
  readonly options: ExportOptions;
  readonly video: VideoStreamInfo;
  readonly container: Container;
  readonly source: PlannedSource;
  readonly target: PlannedTarget;
  readonly planned: PlannedOperations;
}

/**
 * Chooses the least work that gives what was asked for.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` if the caller insists on a mode that can't do it
 */
export function chooseMode(question: ModeQuestion): ChosenMode {
  const { mode = 'auto' } = question.options;
  const renders = reasonsToRender(question);
  const encodes = reasonsToEncode(question);
  if (mode === 'render') return { mode, reason: 'it was asked for' };
  if (mode === 'transcode') return insist(mode, renders);
  if (mode === 'copy') return insist(mode, [...renders, ...encodes]);
  if (renders.length > 0)
    return { mode: 'render', reason: `frames have to be rendered: ${renders.join(', ')}` };
  if (encodes.length > 0) {
    return { mode: 'transcode', reason: `nothing has to be rendered, but encoded: ${encodes.join(', ')}` };
  }
  return { mode: 'copy', reason: 'nothing was asked for that changes the video stream' };
}

function insist(mode: ExportMode, against: readonly string[]): ChosenMode {
  if (against.length === 0) return { mode, reason: 'it was asked for' };
  throw invalidArgument('mode', `'auto' because of ${against.join(', ')}`, mode);
}

function reasonsToRender({ planned, source, target }: ModeQuestion): string[] {
  const names = [...new Set<string>(planned.operations.map(({ type }) => type))];
  return isSameCode(source.color, target.color) ? names : [...names, 'another matrix or range'];
}

function reasonsToEncode({ options, video, container, source, target }: ModeQuestion): string[] {
  const { codec, crf, preset, encoderArgs = [], oddSize, width, height, fps } = options;
  const asksForSize = width !== undefined || height !== undefined || oddSize !== undefined;
  const asksForCodec = codec !== undefined && codec !== video.codec;
  return [
    ...(asksForCodec ? [`codec ${codec}`] : []),
    ...(container.copyVideo.includes(video.codec)
      ? []
      : [`${container.muxer} can't hold ${video.codec} as it is`]),
    ...(crf === undefined ? [] : ['crf']),
    ...(preset === undefined ? [] : ['preset']),
    ...(encoderArgs.length === 0 ? [] : ['encoderArgs']),
    ...(source.step !== undefined && asksForSize ? [source.step.type === 'pad' ? 'bars' : 'a cut'] : []),
    ...(fps !== undefined &&
    (video.variableFrameRate || compareRational(target.frameRate, video.frameRate) !== 0)
      ? ['another frame rate']
      : []),
  ];
}
