import { type FfmpegBinaries, type MediaInfo, probe, type VideoStreamInfo } from '@framerail/ffmpeg';
import { expectString } from '@framerail/lifecycle';
import { frameLayout } from '@framerail/media-types';
import { audioArgs } from './audio/audio-args.js';
import { openDecoder } from './decode/open-decoder.js';
import { chooseEncoders, type EncoderChoice } from './encoders/choose-encoder.js';
import { encoderSettings } from './encoders/encoder-settings.js';
import type { ExportOptions } from './export-options.js';
import { expectOtherFile } from './output/same-file.js';
import { resolveOperations } from './overlay/resolve-operations.js';
import type { ExportPlan } from './plan/export-plan.js';
import { planExport } from './plan/plan-export.js';
import type { ExportReport } from './report/export-report.js';
import { type ExportSession, runSession, type SessionResult } from './run/export-session.js';
import { DEFAULT_STALL_MS, runFrameJob } from './run/run-frame-job.js';
import { copyStream, transcode, type WholeJobOutcome } from './run/transcode.js';
import { withRetry } from './run/with-retry.js';

interface Prepared {
  readonly plan: ExportPlan;
  readonly video: VideoStreamInfo;
}

/**
 * Exports a video: decodes, renders, encodes, and puts the file in its place when it is whole. Does no more than
 * what was asked for needs: see `planExport`.
 *
 * @param options - the source, the file to make, and what is to be different
 * @returns what was done, and how
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_ODD_SIZE`; `E_INPUT_NOT_FOUND`, `E_INPUT_EMPTY`, `E_INPUT_INVALID`,
 *   `E_INPUT_UNREADABLE`, `E_INPUT_TRUNCATED`, `E_NO_VIDEO`, `E_OVERLAY_INVALID`; `E_OUTPUT_UNWRITABLE`,
 *   `E_OUTPUT_EXISTS`, `E_OUTPUT_FULL`; `E_MEMORY_BUDGET`; `E_FFMPEG_NOT_FOUND`, `E_ENCODER_NOT_FOUND`; `E_GPU_UNAVAILABLE`,
 *   `E_NATIVE_UNAVAILABLE`; `E_FFMPEG_FAILED`, `E_FFMPEG_STALLED`, `E_STAGE_STALLED`, `E_STAGE_FAILED` with the stage in
 *   `details.stage`; `E_ABORTED`. After each nothing is left: no process, no file, no borrowed memory.
 */
export async function exportVideo(options: ExportOptions): Promise<ExportReport> {
  expectString('input', options.input);
  return runSession(
    options,
    (binaries) => prepare(options, binaries),
    (session, prepared) => work(options, session, prepared),
  );
}

async function prepare(options: ExportOptions, binaries: FfmpegBinaries): Promise<Prepared> {
  const { signal } = options;
  const media: MediaInfo = await probe(options.input, {
    binaries,
    ...(signal === undefined ? {} : { signal }),
  });
  const plan = planExport(options, media);
  encoderSettings(options, plan.target);
  await expectOtherFile(options.input, options.output);
  return { plan, video: media.video as VideoStreamInfo };
}

async function work(
  options: ExportOptions,
  session: ExportSession,
  prepared: Prepared,
): Promise<SessionResult> {
  const { plan } = prepared;
  for (const { code, message } of plan.warnings) session.warnings.add(code, message);
  if (plan.mode === 'copy') {
    const { video } = prepared;
    const copied = await copyStream(wholeJob(options, session, prepared));
    const size = { width: video.width, height: video.height, frameRate: video.frameRate };
    return { ...wholeResult(plan, copied, undefined), ...size, color: video.color };
  }
  const { codec = 'h264', capabilities, signal } = options;
  const settings = encoderSettings(options, plan.target);
  const encoders = await chooseEncoders({
    binaries: session.binaries,
    codec,
    settings,
    capabilities,
    signal,
  });
  return withRetry(encoders, session.warnings, true, async (choice) => {
    if (plan.mode === 'transcode') {
      return wholeResult(plan, await transcode(wholeJob(options, session, prepared), choice), choice);
    }
    return render(options, session, prepared, choice);
  });
}

function wholeJob(options: ExportOptions, session: ExportSession, { plan, video }: Prepared) {
  return { options, session, plan, video, stallTimeoutMs: options.stallTimeoutMs ?? DEFAULT_STALL_MS };
}

function wholeResult(
  plan: ExportPlan,
  { frames, peakRssBytes }: WholeJobOutcome,
  choice: EncoderChoice | undefined,
): SessionResult {
  return {
    ...planned(plan, choice),
    frames,
    backend: undefined,
    stages: {},
    bytesOverPipe: 0,
    transport: undefined,
    buffer: undefined,
    decoderPeakRssBytes: undefined,
    encoderPeakRssBytes: peakRssBytes,
  };
}

async function render(
  options: ExportOptions,
  session: ExportSession,
  { plan, video }: Prepared,
  encoder: EncoderChoice,
): Promise<SessionResult> {
  const { source, target } = plan;
  const { binaries, warnings, startedMs, output } = session;
  const { input, signal, stallTimeoutMs = DEFAULT_STALL_MS } = options;
  const abort = signal === undefined ? {} : { signal };
  const outcome = await runFrameJob({
    sourceName: 'decode',
    encoder,
    binaries,
    options,
    warnings,
    startedMs,
    partialPath: output.partialPath,
    source: {
      layout: frameLayout({ format: 'NV12', width: source.width, height: source.height }),
      color: source.color,
    },
    target: {
      layout: frameLayout({ format: 'NV12', width: target.width, height: target.height }),
      color: target.color,
    },
    operations: await resolveOperations(plan.operations, { binaries, ...abort }),
    openSource: (leases) => openDecoder({ binaries, input, video, plan, leases, stallTimeoutMs, warnings }),
    frameRate: target.frameRate,
    totalFrames: target.frames,
    audio: audioArgs({
      plan: plan.audio,
      path: input,
      originUs: video.timestampOriginUs,
      durationUs: target.durationUs,
    }),
    container: plan.container,
  });
  return { ...planned(plan, encoder), ...outcome };
}

function planned(plan: ExportPlan, choice: EncoderChoice | undefined) {
  const { width, height, frameRate, color } = plan.target;
  return {
    width,
    height,
    frameRate,
    color,
    mode: plan.mode,
    modeReason: plan.reason,
    colorGuessed: plan.source.colorGuessed,
    audio: { mode: plan.audio.mode, reason: plan.audio.reason },
    encoder: choice === undefined ? undefined : { name: choice.profile.name, reason: choice.reason },
  };
}
