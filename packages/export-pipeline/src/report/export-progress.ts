/** The stages of an export. Frames come from `decode`, or from the caller: `source`. */
export type StageName = 'source' | 'decode' | 'render' | 'encode';

/** What a stage does at a moment. */
export type StageState = 'working' | 'waiting-for-input' | 'waiting-for-output' | 'done';

/** How far an export is. An immutable snapshot. */
export interface ExportProgress {
  /** Frames that the encoder has taken. */
  readonly frames: number;
  /** Frames that the output will have; `undefined` if nobody knows. */
  readonly totalFrames: number | undefined;
  /** Frames a second, over the last seconds. */
  readonly fps: number;
  /** `fps` over the output's frame rate: 2 is twice as fast as playing. */
  readonly timesRealTime: number;
  /** Milliseconds until the end at this pace; `undefined` before there is a pace or without a total. */
  readonly remainingMs: number | undefined;
  /** Seconds since the export started. */
  readonly seconds: number;
  /** What each stage does now; stages that this export doesn't have are absent. */
  readonly stages: Readonly<Partial<Record<StageName, StageState>>>;
}
