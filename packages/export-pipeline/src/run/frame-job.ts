import type { FfmpegBinaries } from '@framerail/ffmpeg';
import type { Operation } from '@framerail/gpu-converters';
import type { LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat, FrameRate, RawFrame } from '@framerail/media-types';
import type { AudioArgs } from '../audio/audio-args.js';
import type { EncoderChoice } from '../encoders/choose-encoder.js';
import type { RenderOptions } from '../export-options.js';
import type { Container } from '../plan/container.js';
import type { ExportReport } from '../report/export-report.js';
import type { Warnings } from './warnings.js';

/** What is known of a source when its last frame has come. */
export interface SourceEnd {
  readonly bytesOverPipe: number;
  readonly peakRssBytes: number | undefined;
}

/** Frames on their way into a pipeline. */
export interface OpenedSource {
  readonly frames: AsyncIterable<RawFrame>;
  /** Called when the last frame has come. Throws if the source was not whole. */
  readonly finish: () => Promise<SourceEnd>;
  /** Ends it at any time and waits until it has gone. */
  readonly close: () => Promise<void>;
}

/** Everything that a pipeline of source, render and encode needs to know. */
export interface FrameJob {
  readonly sourceName: 'decode' | 'source';
  readonly source: FrameFormat;
  readonly target: FrameFormat;
  readonly operations: readonly Operation[];
  readonly openSource: (leases: LeaseSource) => Promise<OpenedSource>;
  readonly frameRate: FrameRate;
  readonly totalFrames: number | undefined;
  readonly encoder: EncoderChoice;
  readonly audio: AudioArgs;
  readonly container: Container;
  /** Where the encoder writes. */
  readonly partialPath: string;
  readonly binaries: FfmpegBinaries;
  readonly options: RenderOptions;
  /** When the export began, on the system's clock. */
  readonly startedMs: number;
  readonly warnings: Warnings;
}

/** What came of a job. */
export interface FrameJobOutcome
  extends Pick<ExportReport, 'stages' | 'bytesOverPipe' | 'transport' | 'buffer' | 'backend'> {
  readonly frames: number;
  readonly decoderPeakRssBytes: number | undefined;
  readonly encoderPeakRssBytes: number | undefined;
}
