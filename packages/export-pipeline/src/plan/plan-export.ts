import type { MediaInfo, VideoStreamInfo } from '@framerail/ffmpeg';
import { expectInteger, expectOneOf, FramerailError } from '@framerail/lifecycle';
import { compareRational, frameCount, frameTimestampUs, type Rational } from '@framerail/media-types';
import { planAudio } from '../audio/plan-audio.js';
import type { ExportOptions } from '../export-options.js';
import { chooseMode } from './choose-mode.js';
import { containerOf } from './container.js';
import type { ExportPlan, PlannedTarget } from './export-plan.js';
import { frameGeometry } from './frame-geometry.js';
import { constantRate, readFrameRate } from './frame-rate.js';
import { outputColor, ycbcrColor } from './output-color.js';
import { planWarnings } from './plan-warnings.js';
import { planOperations } from './planned-operation.js';
import { storedPicture } from './stored-picture.js';

const MAX_SIDE = 65_535;

/** Containers whose index lists every frame with its time. */
const COUNTING = /\bmov\b|\bmp4\b/;

/**
 * Decides what an export does, without doing any of it: same options and same source, same plan.
 *
 * Variable frame rates become constant: the nominal rate where it is a camera's, else the slowest standard rate that
 * is not below the average. Rotation is carried out, pixels become square, colour stays the source's
 * unless `color` asks for another.
 *
 * @param options - the caller's
 * @param media - what the probe told of `options.input`
 * @throws FramerailError `E_NO_VIDEO` if there is no video stream, `E_INVALID_ARGUMENT`, `E_ODD_SIZE`
 */
export function planExport(options: ExportOptions, media: MediaInfo): ExportPlan {
  const container = containerOf(options.output);
  const video = videoOf(media);
  const color = ycbcrColor(video.color);
  const { stored, pixelAspect } = storedPicture(video);
  const geometry = frameGeometry({
    stored,
    pixelAspect,
    display: { width: video.width, height: video.height },
    width: optionalSide('width', options.width),
    height: optionalSide('height', options.height),
    fit: expectOneOf('fit', options.fit ?? 'contain', ['contain', 'cover', 'stretch']),
    oddSize: expectOneOf('oddSize', options.oddSize ?? 'crop', ['crop', 'pad', 'refuse']),
  });
  const planned = planOperations(geometry.decoded, geometry.output, options);
  const source = { ...geometry.decoded, step: geometry.step, color, colorGuessed: [...video.colorGuessed] };
  const target = {
    ...planned.output,
    color: outputColor(color, options.color),
    ...timing(options, media, video),
  };
  const audioChoice = expectOneOf('audio', options.audio ?? 'auto', ['auto', 'copy', 'aac', 'none']);
  const audio = planAudio(audioChoice, media.audio, container);
  const { mode, reason } = chooseMode({ options, video, container, source, target, planned });
  const warnings = planWarnings({ mode, video, source, target, audio });
  return Object.freeze({
    mode,
    reason,
    source,
    target,
    operations: planned.operations,
    audio,
    container,
    warnings,
  });
}

function videoOf(media: MediaInfo): VideoStreamInfo {
  if (media.video !== undefined) return media.video;
  throw new FramerailError({
    code: 'E_NO_VIDEO',
    message: `Expected a video stream in ${media.path} but it has ${media.audio.length > 0 ? 'only sound' : 'none'}`,
    details: { path: media.path, audioStreams: media.audio.length },
  });
}

function timing(
  options: ExportOptions,
  media: MediaInfo,
  video: VideoStreamInfo,
): Pick<PlannedTarget, 'frameRate' | 'frames' | 'isCountExact' | 'durationUs'> {
  const own = constantRate(video);
  const frameRate = options.fps === undefined ? own : readFrameRate('fps', options.fps);
  // The file's clock starts at its earliest stream; a video that starts later shows its first frame from there on.
  const lateUs = Math.max(0, video.startUs);
  const frames = Math.max(1, frameCount(video.durationUs + lateUs, frameRate, 'half-up'));
  const counted = ownCount(video, frameRate, lateUs);
  // The count may include frames that an edit list hides; then only the duration tells what is shown.
  const exact = counted !== undefined && Math.abs(counted - frames) <= 1 ? counted : frames;
  const isCountExact = video.frameCount !== undefined && COUNTING.test(media.formatName);
  return { frameRate, frames: exact, isCountExact, durationUs: frameTimestampUs(exact, frameRate) };
}

/** A container that counts its frames knows better than its duration, which may be rounded. */
function ownCount(video: VideoStreamInfo, frameRate: Rational, lateUs: number): number | undefined {
  const isOwn = compareRational(frameRate, video.frameRate) === 0;
  if (video.frameCount === undefined || video.variableFrameRate || !isOwn) return undefined;
  return video.frameCount + frameCount(lateUs, frameRate, 'half-up');
}

function optionalSide(name: string, value: unknown): number | undefined {
  return value === undefined ? undefined : expectInteger(name, value, { min: 1, max: MAX_SIDE });
}
