import {
  colorArguments,
  conversionFilters,
  fileUrl,
  filter,
  inputArguments,
  isAtLeast,
  runFfmpeg,
  serializeFilterGraph,
  type VideoStreamInfo,
} from '@framerail/ffmpeg';
import { formatRational } from '@framerail/media-types';
import { audioArgs } from '../audio/audio-args.js';
import { checkWhole } from '../decode/check-whole.js';
import { decodeFilters } from '../decode/decode-filters.js';
import type { EncoderChoice } from '../encoders/choose-encoder.js';
import { encoderArgs } from '../encoders/encoder-args.js';
import type { ExportOptions } from '../export-options.js';
import type { ExportPlan } from '../plan/export-plan.js';
import { reportProgress } from '../report/progress-reporter.js';
import type { ExportSession } from './export-session.js';

/** What one ffmpeg process is to do. */
export interface WholeJob {
  readonly options: ExportOptions;
  readonly plan: ExportPlan;
  readonly video: VideoStreamInfo;
  readonly session: ExportSession;
  readonly stallTimeoutMs: number;
}

/** What came of it. */
export interface WholeJobOutcome {
  readonly frames: number;
  readonly peakRssBytes: number | undefined;
}

/** Copies the video stream as it is; frames reach neither this process nor an encoder. */
export function copyStream(job: WholeJob): Promise<WholeJobOutcome> {
  return runWhole(job, [], ['-c:v', 'copy', ...job.plan.container.args, '-f', job.plan.container.muxer], []);
}

/** Lets one ffmpeg decode and encode; frames don't reach this process. */
export function transcode(job: WholeJob, choice: EncoderChoice): Promise<WholeJobOutcome> {
  const { plan, video, options } = job;
  const { source, target } = plan;
  const encoder = encoderArgs(choice, plan.container, options.encoderArgs);
  const size = { width: target.width, height: target.height };
  const own = { pixelFormat: video.pixelFormat, color: video.color };
  const filters = [
    filter('setpts', { expr: `round(PTS-(${video.timestampOriginUs}/1000000)/TB)` }),
    filter('fps', { fps: formatRational(target.frameRate), start_time: 0, round: 'near' }),
    ...decodeFilters(video, source, target),
    // Not '-frames:v', which ends the sound with the last frame's encoding and not with its showing.
    ...(target.isCountExact ? [filter('trim', { end_frame: target.frames })] : []),
    ...(source.step === undefined ? [] : conversionFilters({ ...size, from: own, to: own, resizes: true })),
    ...conversionFilters({
      ...size,
      from: own,
      to: { pixelFormat: encoder.pixelFormat ?? 'yuv420p', color: target.color },
      resizes: false,
    }),
    ...encoder.filters,
  ];
  const vsync = isAtLeast(job.session.binaries.ffmpeg, 5, 1) ? '-fps_mode' : '-vsync';
  return runWhole(
    job,
    encoder.globalArgs,
    [
      ...['-vf', serializeFilterGraph(filters), vsync, 'passthrough'],
      ...colorArguments(target.color).map((arg) => (arg.startsWith('-') ? `${arg}:v` : arg)),
      ...encoder.outputArgs,
    ],
    ['-copyts'],
  );
}

async function runWhole(
  { options, plan, video, session, stallTimeoutMs }: WholeJob,
  globals: readonly string[],
  output: readonly string[],
  timing: readonly string[],
): Promise<WholeJobOutcome> {
  const { binaries, startedMs } = session;
  const { signal } = options;
  const isCopy = timing.length === 0;
  const sound = audioArgs({
    plan: plan.audio,
    path: options.input,
    originUs: isCopy ? undefined : video.timestampOriginUs,
    durationUs: isCopy ? undefined : plan.target.durationUs,
  });
  // A copy keeps the frames that the container counts, whatever constant rate they would have.
  const expectedFrames = (isCopy ? video.frameCount : undefined) ?? plan.target.frames;
  let frames = 0;
  const stopReporting = reportProgress({
    listener: options.onProgress,
    intervalMs: options.progressIntervalMs ?? 250,
    frameRate: plan.target.frameRate,
    totalFrames: expectedFrames,
    startedMs,
    frames: () => frames,
    stages: () => ({}),
  });
  let isDone = false;
  try {
    const run = runFfmpeg({
      binaries,
      args: [
        ...globals,
        ...timing,
        ...inputArguments(options.input),
        // A second look at the same file: with one input for both, sound that needs no decoding would wait for pictures.
        ...sound.inputs,
        ...[
          '-map',
          `0:${video.index}`,
          ...sound.outputs,
          ...output,
          '-y',
          fileUrl(session.output.partialPath),
        ],
      ],
      stage: 'encode',
      output: session.output.partialPath,
      stallTimeoutMs,
      killGraceMs: 0,
      ...(signal === undefined ? {} : { signal }),
      onProgress: (progress) => {
        frames = progress.frame ?? frames;
      },
    });
    const { frames: framesRead, peakRssBytes, errorCount, problems } = await run.result;
    frames = framesRead;
    checkWhole(
      { input: options.input, expected: expectedFrames, framesRead, errorCount, problems },
      session.warnings,
    );
    isDone = true;
    return { frames, peakRssBytes };
  } finally {
    stopReporting(isDone);
  }
}
