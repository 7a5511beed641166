import type { BackendChoice } from '@framerail/gpu-converters';
import type { ColorSpace, FrameRate } from '@framerail/media-types';
import type { ExportMode } from '../plan/export-plan.js';
import type { StageName } from './export-progress.js';
import type { ExportWarning } from './export-warning.js';

/** Where a stage's time went. The three figures add up to the time from its start to its end. */
export interface StageReport {
  /** Frames that left the stage. */
  readonly frames: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Seconds in which it had something to do and room for the result. */
  readonly busySeconds: number;
  /** Seconds in which it waited for either neighbour. */
  readonly waitingSeconds: number;
  /** Of these, seconds without a frame to work on. */
  readonly waitingForInputSeconds: number;
  /** Of these, seconds without room for what it had. */
  readonly waitingForOutputSeconds: number;
}

/** What an export did. Immutable. */
export interface ExportReport {
  /** The file, and how large it is in bytes. */
  readonly output: { readonly path: string; readonly bytes: number };
  /** Frames in the file. */
  readonly frames: number;
  /** Their length in integer microseconds. */
  readonly durationUs: number;
  /** Columns of the output. */
  readonly width: number;
  /** Rows of the output. */
  readonly height: number;
  /** Frames a second, exact. */
  readonly frameRate: FrameRate;
  /** Seconds that the export took. */
  readonly seconds: number;
  /** Frames a second that it made. */
  readonly fps: number;
  /** How the work was done. */
  readonly mode: ExportMode;
  /** Why this mode. */
  readonly modeReason: string;
  /** What rendered and why, with the measurement; `undefined` where nothing was rendered. */
  readonly backend: BackendChoice | undefined;
  /** ffmpeg's encoder and why this one; `undefined` for a copy. */
  readonly encoder: { readonly name: string; readonly reason: string } | undefined;
  /** What became of the sound, and why. */
  readonly audio: { readonly mode: 'copy' | 'aac' | 'none'; readonly reason: string };
  /** Stages that this export had. */
  readonly stages: Readonly<Partial<Record<StageName, StageReport>>>;
  /** Frame bytes that crossed pipes, in and out. */
  readonly bytesOverPipe: number;
  /** How frames went to the encoder. `undefined` where none did. */
  readonly transport: 'splice' | 'write' | 'stream' | undefined;
  /** The frame budget as it was used. `undefined` where no frame came into this process. */
  readonly buffer:
    | { readonly frames: number; readonly bytes: number; readonly peakBytes: number }
    | undefined;
  /** The most memory that each process had; `undefined` where it isn't known. */
  readonly peakRssBytes: {
    readonly process: number;
    readonly decoder: number | undefined;
    readonly encoder: number | undefined;
  };
  /** The longest time from when the event loop should have turned to when it did, in milliseconds, whoever held it up. */
  readonly eventLoop: { readonly maxDelayMs: number };
  /** The output's colour, as its tags say. */
  readonly color: ColorSpace;
  /** Fields of the source's colour that were guessed. */
  readonly colorGuessed: readonly string[];
  /** All warnings, in the order in which they came up. */
  readonly warnings: readonly ExportWarning[];
}
