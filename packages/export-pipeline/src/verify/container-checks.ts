import type { MediaInfo } from '@framerail/ffmpeg';
import { type ColorSpace, formatRational, frameDurationUs } from '@framerail/media-types';
import type { ExportPlan } from '../plan/export-plan.js';
import type { VerificationCheck, VerificationThresholds } from './verification.js';

/** What {@link containerChecks} needs. */
export interface ContainerQuestion {
  readonly plan: ExportPlan;
  readonly source: MediaInfo;
  /** Probed with its frames counted. */
  readonly output: MediaInfo;
  readonly thresholds: VerificationThresholds;
}

/** Samples of a frame of AAC, by which the start of a copied track may be off. */
const AUDIO_FRAME_SAMPLES = 1024;

/** Checks what the container and the bitstream's headers tell: count, duration, size, sound, tags. */
export function containerChecks(question: ContainerQuestion): VerificationCheck[] {
  return [frameCount(question), duration(question), size(question), avOffset(question), color(question)];
}

function frameCount({ plan, output }: ContainerQuestion): VerificationCheck {
  const { frames } = plan.target;
  const actual = output.video?.frameCount;
  return {
    id: 'frame-count',
    ok: actual === frames,
    expected: `${frames} frames`,
    actual: `${actual ?? 'no'} frames`,
  };
}

function duration({ plan, output, thresholds }: ContainerQuestion): VerificationCheck {
  const { durationUs, frameRate } = plan.target;
  const actual = output.video?.durationUs ?? 0;
  const tolerance = thresholds.maxDurationFrames * frameDurationUs(0, frameRate);
  return {
    id: 'duration',
    ok: Math.abs(actual - durationUs) <= tolerance,
    expected: `${seconds(durationUs)} at ${formatRational(frameRate)} fps`,
    actual: seconds(actual),
  };
}

function size({ plan, output }: ContainerQuestion): VerificationCheck {
  const { width, height } = plan.target;
  const [actualWidth, actualHeight] = [output.video?.width, output.video?.height];
  const ok = actualWidth === width && actualHeight === height;
  return { id: 'size', ok, expected: `${width}×${height}`, actual: `${actualWidth}×${actualHeight}` };
}

/**
 * The picture starts at the start of the source's earliest stream; a sound track that starts later has to do so in
 * the export too.
 */
function avOffset({ plan, source, output, thresholds }: ContainerQuestion): VerificationCheck {
  const [track, copy] = [source.audio.find(({ index }) => index === plan.audio.streamIndex), output.audio[0]];
  if (track === undefined) {
    return {
      id: 'av-offset',
      ok: copy === undefined,
      expected: 'no sound',
      actual: copy === undefined ? 'no sound' : 'sound',
    };
  }
  if (copy === undefined) return { id: 'av-offset', ok: false, expected: 'sound', actual: 'no sound' };
  const offsetMs = (copy.startUs - (output.video?.startUs ?? 0) - track.startUs) / 1000;
  const limitMs = thresholds.maxAvOffsetMs + (AUDIO_FRAME_SAMPLES / track.sampleRate) * 1000;
  return {
    id: 'av-offset',
    ok: Math.abs(offsetMs) <= limitMs,
    expected: `sound within ${limitMs.toFixed(1)} ms of the source's`,
    actual: `${offsetMs.toFixed(1)} ms`,
  };
}

function color({ plan, output }: ContainerQuestion): VerificationCheck {
  const expected = colorText(plan.target.color);
  const actual = output.video === undefined ? 'none' : colorText(output.video.color);
  const untagged = output.video?.colorGuessed.filter((field) => field !== 'chromaLocation') ?? [];
  const isTagged = plan.mode === 'copy' || untagged.length === 0;
  return {
    id: 'color',
    ok: expected === actual && isTagged,
    expected,
    actual: isTagged ? actual : `${actual}, of which ${untagged.join(', ')} untagged`,
  };
}

function colorText({ primaries, transfer, matrix, fullRange, chromaLocation }: ColorSpace): string {
  return `${primaries}, ${transfer}, ${matrix}, ${fullRange ? 'full' : 'limited'} range, chroma ${chromaLocation}`;
}

const seconds = (us: number): string => `${(us / 1e6).toFixed(3)} s`;
