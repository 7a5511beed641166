import { type Clock, systemClock } from '@framerail/lifecycle';
import { type FrameRate, rationalToNumber } from '@framerail/media-types';
import { callBack } from '../run/warnings.js';
import type { ExportProgress } from './export-progress.js';

/** Options of {@link reportProgress}. */
export interface ProgressReporterOptions {
  readonly listener: ((progress: ExportProgress) => void) | undefined;
  readonly intervalMs: number;
  readonly frameRate: FrameRate;
  readonly totalFrames: number | undefined;
  /** Frames that are done now. */
  readonly frames: () => number;
  /** What the stages do now. */
  readonly stages: () => ExportProgress['stages'];
  /** When the export began, by the clock. */
  readonly startedMs: number;
  readonly clock?: Clock;
}

/** Pace is measured over this many milliseconds: long enough to be steady, short enough to follow. */
const WINDOW_MS = 3000;

/**
 * Reports progress from time to time.
 *
 * @returns stops it; with `isDone` after one last report
 */
export function reportProgress(options: ProgressReporterOptions): (isDone: boolean) => void {
  const { listener, intervalMs, clock = systemClock } = options;
  if (listener === undefined) return () => {};
  const samples: { ms: number; frames: number }[] = [{ ms: clock.now(), frames: 0 }];
  let cancel = (): void => {};
  const report = (isDone: boolean): void =>
    callBack(listener, describe(options, samples, isDone, clock.now()));
  const tick = (): void => {
    report(false);
    cancel = clock.setTimer(tick, intervalMs);
  };
  cancel = clock.setTimer(tick, intervalMs);
  return (isDone) => {
    cancel();
    if (isDone) report(true);
  };
}

function describe(
  options: ProgressReporterOptions,
  samples: { ms: number; frames: number }[],
  isDone: boolean,
  now: number,
): ExportProgress {
  const frames = options.frames();
  samples.push({ ms: now, frames });
  while (samples.length > 2 && now - (samples[1]?.ms ?? now) > WINDOW_MS) samples.shift();
  const seconds = (now - options.startedMs) / 1000;
  const first = isDone ? { ms: options.startedMs, frames: 0 } : (samples[0] ?? { ms: now, frames });
  const fps = now > first.ms ? ((frames - first.frames) * 1000) / (now - first.ms) : 0;
  const { totalFrames } = options;
  const left = totalFrames === undefined ? undefined : Math.max(0, totalFrames - frames);
  return Object.freeze({
    frames,
    totalFrames,
    fps,
    timesRealTime: fps / rationalToNumber(options.frameRate),
    remainingMs: isDone ? 0 : left === undefined || fps === 0 ? undefined : (left / fps) * 1000,
    seconds,
    stages: options.stages(),
  });
}
