import { type AudioStreamInfo, type FfmpegBinaries, type MediaInfo, probe } from '@framerail/ffmpeg';
import { expectInteger } from '@framerail/lifecycle';
import { frameTimestampUs } from '@framerail/media-types';
import { audioArgs } from './audio/audio-args.js';
import { chooseEncoders } from './encoders/choose-encoder.js';
import { encoderSettings } from './encoders/encoder-settings.js';
import type { ExportFramesOptions } from './export-options.js';
import { resolveOperations } from './overlay/resolve-operations.js';
import { type FramesPlan, planFrames } from './plan/plan-frames.js';
import type { ExportReport } from './report/export-report.js';
import { type CallerFrames, openCallerFrames } from './run/caller-frames.js';
import { type ExportSession, runSession, type SessionResult } from './run/export-session.js';
import { DEFAULT_STALL_MS, runFrameJob } from './run/run-frame-job.js';
import { withRetry } from './run/with-retry.js';

interface Prepared {
  readonly plan: FramesPlan;
  readonly sound: MediaInfo | undefined;
}

/**
 * Exports frames from memory: an editor's, a canvas's, a generator's. They go the same road as a file's, from the
 * renderer on.
 *
 * @param options - the frames, their rate, the file to make, and what is to be different
 * @returns what was done, and how
 * @throws FramerailError as `exportVideo`, and `E_NO_FRAMES`; errors of the caller's iterator come as the cause of
 *   `E_STAGE_FAILED` with `details.stage` `source`
 */
export async function exportFrames(options: ExportFramesOptions): Promise<ExportReport> {
  const { totalFrames } = options;
  if (totalFrames !== undefined) expectInteger('totalFrames', totalFrames, { min: 1 });
  let callers: CallerFrames | undefined;
  const open = async (): Promise<CallerFrames> => {
    const { signal, stallTimeoutMs = DEFAULT_STALL_MS } = options;
    const wait = { signal, timeoutMs: stallTimeoutMs * 2 };
    const opened = callers ?? (await openCallerFrames(options.frames, wait));
    callers = opened;
    return opened;
  };
  try {
    return await runSession(
      options,
      async (binaries) => prepare(options, binaries, (await open()).format),
      (session, prepared) =>
        work(options, session, prepared, open, async () => {
          await callers?.close();
          callers = undefined;
        }),
    );
  } finally {
    await callers?.close();
  }
}

async function prepare(
  options: ExportFramesOptions,
  binaries: FfmpegBinaries,
  format: CallerFrames['format'],
): Promise<Prepared> {
  const { audioFrom, audio, signal } = options;
  const abort = signal === undefined ? {} : { signal };
  const sound =
    audioFrom === undefined || audio === 'none' ? undefined : await probe(audioFrom, { binaries, ...abort });
  const tracks: readonly AudioStreamInfo[] = sound?.audio ?? [];
  const plan = planFrames(options, format, tracks);
  encoderSettings(options, { ...plan.target.layout, frameRate: plan.frameRate });
  return { plan, sound };
}

async function work(
  options: ExportFramesOptions,
  session: ExportSession,
  { plan, sound }: Prepared,
  open: () => Promise<CallerFrames>,
  close: () => Promise<void>,
): Promise<SessionResult> {
  const { codec = 'h264', capabilities, signal, totalFrames, audioFrom = '' } = options;
  const { binaries, warnings, startedMs, output } = session;
  const { source, target, frameRate, container } = plan;
  const settings = encoderSettings(options, { ...target.layout, frameRate });
  const encoders = await chooseEncoders({ binaries, codec, settings, capabilities, signal });
  const operations = await resolveOperations(plan.operations, {
    binaries,
    ...(signal === undefined ? {} : { signal }),
  });
  const durationUs = totalFrames === undefined ? undefined : frameTimestampUs(totalFrames, frameRate);
  return withRetry(encoders, warnings, typeof options.frames === 'function', async (encoder) => {
    const outcome = await runFrameJob({
      sourceName: 'source',
      source,
      target,
      operations,
      frameRate,
      totalFrames,
      encoder,
      container,
      binaries,
      options,
      startedMs,
      warnings,
      partialPath: output.partialPath,
      audio: audioArgs({
        plan: plan.audio,
        path: audioFrom,
        originUs: sound?.video?.timestampOriginUs,
        durationUs,
      }),
      openSource: async () => {
        const callers = await open();
        return {
          frames: callers.frames(source),
          close,
          finish: async () => ({ bytesOverPipe: 0, peakRssBytes: undefined }),
        };
      },
    });
    const { width, height } = target.layout;
    return {
      width,
      height,
      frameRate,
      color: target.color,
      colorGuessed: [],
      mode: 'render',
      modeReason: 'frames come from memory',
      audio: { mode: plan.audio.mode, reason: plan.audio.reason },
      encoder: { name: encoder.profile.name, reason: encoder.reason },
      ...outcome,
    };
  });
}
