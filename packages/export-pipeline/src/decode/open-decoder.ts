import { type FfmpegBinaries, openFrameReader, type VideoStreamInfo } from '@framerail/ffmpeg';
import { FramerailError, type LeaseSource } from '@framerail/lifecycle';
import type { ExportPlan } from '../plan/export-plan.js';
import type { OpenedSource } from '../run/frame-job.js';
import type { Warnings } from '../run/warnings.js';
import { decodeFilters } from './decode-filters.js';

/** Options of {@link openDecoder}. */
export interface OpenDecoderOptions {
  readonly binaries: FfmpegBinaries;
  readonly input: string;
  readonly video: VideoStreamInfo;
  readonly plan: Pick<ExportPlan, 'source' | 'target'>;
  readonly leases: LeaseSource;
  readonly stallTimeoutMs: number;
  readonly warnings: Warnings;
}

/** Starts decoding a file as a plan says. */
export async function openDecoder(options: OpenDecoderOptions): Promise<OpenedSource> {
  const { binaries, input, video, plan, leases, stallTimeoutMs, warnings } = options;
  const { source, target } = plan;
  const reader = await openFrameReader({
    ...{ binaries, input, video, format: 'NV12', width: source.width, height: source.height },
    ...{ color: source.color, frameRate: target.frameRate, leases, stallTimeoutMs },
    filters: decodeFilters(video, source, target),
    ...(target.isCountExact ? { frames: target.frames } : {}),
  });
  return {
    frames: reader,
    close: () => reader.close(),
    async finish() {
      const { framesRead, errorCount, problems, peakRssBytes } = await reader.result;
      checkWhole({ input, expected: target.frames, framesRead, errorCount, problems }, warnings);
      return { bytesOverPipe: reader.stats().bytes, peakRssBytes };
    },
  };
}

interface Reading {
  readonly input: string;
  readonly expected: number;
  readonly framesRead: number;
  readonly errorCount: number;
  readonly problems: readonly string[];
}

/** Durations are rounded, and some streams end a frame or two before their container says so. */
const TOLERATED_FRAMES = 2;
const TOLERATED_SHARE = 0.01;

/**
 * Tells a source that was cut off from one that merely ends early or has scratches.
 *
 * @throws FramerailError `E_INPUT_TRUNCATED`
 */
function checkWhole(
  { input, expected, framesRead, errorCount, problems }: Reading,
  warnings: Warnings,
): void {
  const missing = expected - framesRead;
  const isShort = missing > Math.max(TOLERATED_FRAMES, expected * TOLERATED_SHARE);
  if (isShort && errorCount > 0) {
    throw new FramerailError({
      code: 'E_INPUT_TRUNCATED',
      message: `Expected ${expected} frames in ${input} but it is cut off or damaged after ${framesRead}: ${problems.slice(-2).join(' | ')}`,
      details: { path: input, stage: 'decode', expected, framesRead, problems },
    });
  }
  if (errorCount > 0) {
    warnings.add(
      'W_SOURCE_DAMAGED',
      `The source has errors that ffmpeg could pass over: ${problems.slice(-2).join(' | ')}`,
    );
  }
  if (Math.abs(missing) > 1) {
    warnings.add(
      'W_FRAME_COUNT',
      `The source was expected to have ${expected} frames but has ${framesRead}; the sound ends with frame ${expected}`,
    );
  }
}
