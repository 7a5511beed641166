import { type FfmpegBinaries, openFrameReader, type VideoStreamInfo } from '@framerail/ffmpeg';
import type { LeaseSource } from '@framerail/lifecycle';
import type { ExportPlan } from '../plan/export-plan.js';
import type { OpenedSource } from '../run/frame-job.js';
import type { Warnings } from '../run/warnings.js';
import { checkWhole } from './check-whole.js';
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
    binaries,
    input,
    video,
    format: 'NV12',
    width: source.width,
    height: source.height,
    color: source.color,
    frameRate: target.frameRate,
    leases,
    stallTimeoutMs,
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
