import type { VideoStreamInfo } from '@framerail/ffmpeg';
import { formatRational } from '@framerail/media-types';
import type { AudioPlan } from '../audio/plan-audio.js';
import type { ExportWarning } from '../report/export-warning.js';
import type { Size } from './even-size.js';
import type { ExportMode, PlannedSource, PlannedTarget } from './export-plan.js';
import { storedPicture } from './stored-picture.js';

/** What {@link planWarnings} looks at. */
export interface WarningQuestion {
  readonly mode: ExportMode;
  readonly video: VideoStreamInfo;
  readonly source: PlannedSource;
  readonly target: PlannedTarget;
  readonly audio: AudioPlan;
}

/** What the caller may not expect of a plan. */
export function planWarnings({
  mode,
  video,
  source,
  target,
  audio,
}: WarningQuestion): readonly ExportWarning[] {
  const warnings: ExportWarning[] = [];
  const warn = (code: `W_${string}`, message: string): void => void warnings.push({ code, message });
  if (source.colorGuessed.length > 0) {
    const { matrix, fullRange } = source.color;
    const said = mode === 'copy' ? 'the copy has no tags either' : 'the output is tagged so';
    const colour = `${matrix}, ${fullRange ? 'full' : 'limited'} range`;
    warn(
      'W_COLOR_GUESSED',
      `The source doesn't say its ${source.colorGuessed.join(', ')}; taken for ${colour}, and ${said}`,
    );
  }
  if (audio.leftOut > 0 && audio.mode !== 'none') {
    warn(
      'W_AUDIO_TRACKS_LEFT_OUT',
      `Only the first sound track is carried along; ${audio.leftOut} more are left out`,
    );
  }
  if (mode === 'copy') return warnings;
  if (video.bitDepth > 8) {
    warn('W_BIT_DEPTH_REDUCED', `The source has ${video.bitDepth} bits a component; the output has 8`);
  }
  if (video.hdr !== undefined) {
    warn(
      'W_HDR_NOT_TONE_MAPPED',
      `The source is HDR (${video.hdr}); the output keeps its codes and tags, at 8 bits, without tone mapping`,
    );
  }
  if (video.interlaced) {
    warn('W_INTERLACED', 'The source is interlaced; its fields are taken for the lines of whole frames');
  }
  if (video.variableFrameRate) {
    warn(
      'W_FRAME_RATE_MADE_CONSTANT',
      `The source's frame rate varies; the output has ${formatRational(target.frameRate)} frames a second`,
    );
  }
  if (source.step !== undefined && isOddCut(source.step, storedPicture(video).stored)) {
    const { type, width, height } = source.step;
    warn(
      'W_ODD_SIZE',
      `4:2:0 video has even sides: the picture is ${type === 'crop' ? 'cut' : 'padded'} to ${width}×${height}`,
    );
  }
  return warnings;
}

function isOddCut(step: Size, stored: Size): boolean {
  const isOdd = stored.width % 2 !== 0 || stored.height % 2 !== 0;
  return isOdd && Math.abs(step.width - stored.width) <= 1 && Math.abs(step.height - stored.height) <= 1;
}
