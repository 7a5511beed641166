import type { ColorSpace, FrameRate } from '@framerail/media-types';
import type { AudioPlan } from '../audio/plan-audio.js';
import type { ExportOperation } from '../export-options.js';
import type { ExportWarning } from '../report/export-warning.js';
import type { Container } from './container.js';
import type { Size } from './even-size.js';
import type { CropStep, PadStep } from './frame-geometry.js';

/** Who does the work: nobody (`copy`), one ffmpeg process (`transcode`), or the stages of this package (`render`). */
export type ExportMode = 'copy' | 'transcode' | 'render';

/** Frames as they leave the decoder: NV12 at a constant rate. */
export interface PlannedSource extends Size {
  /** What the decoder does to the picture before that. */
  readonly step: CropStep | PadStep | undefined;
  /** What the code values mean, complete. */
  readonly color: ColorSpace;
  /** Fields of the colour that no tag told. */
  readonly colorGuessed: readonly string[];
}

/** The output's video. */
export interface PlannedTarget extends Size {
  /** What the output's code values mean, and what its tags say. */
  readonly color: ColorSpace;
  /** Frames a second, exact and constant. */
  readonly frameRate: FrameRate;
  /** Frames that are expected, from the source's exact duration. */
  readonly frames: number;
  /** Whether the container counts its frames; then the output has exactly `frames`. Else it has what the decoder gives. */
  readonly isCountExact: boolean;
  /** Their length in integer microseconds. */
  readonly durationUs: number;
}

/** What an export will do. Plain, immutable data (pictures in memory aside). */
export interface ExportPlan {
  /** Who does the work. */
  readonly mode: ExportMode;
  /** Why this mode, in one sentence. */
  readonly reason: string;
  /** What comes in. */
  readonly source: PlannedSource;
  /** What goes out. */
  readonly target: PlannedTarget;
  /** Empty unless the mode is `render`. */
  readonly operations: readonly ExportOperation[];
  /** What becomes of the sound. */
  readonly audio: AudioPlan;
  /** What the file is. */
  readonly container: Container;
  /** What the caller may not expect. */
  readonly warnings: readonly ExportWarning[];
}
