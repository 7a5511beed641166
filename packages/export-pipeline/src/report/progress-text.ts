import type { ExportProgress, StageName, StageState } from './export-progress.js';

const BAR_CELLS = 24;

/**
 * One line about an export under way: bar, frames, frames a second, times real time, time left.
 *
 * @param progress - a snapshot
 */
export function progressText(progress: ExportProgress): string {
  const { frames, totalFrames, fps, timesRealTime, remainingMs } = progress;
  const pace = `${fps.toFixed(1)} fps  ${timesRealTime.toFixed(2)}× real time`;
  if (totalFrames === undefined || totalFrames === 0) return `${frames} frames  ${pace}`;
  const done = Math.min(1, frames / totalFrames);
  const cells = Math.floor(done * BAR_CELLS);
  const bar = `[${'#'.repeat(cells)}${'-'.repeat(BAR_CELLS - cells)}]`;
  const left = remainingMs === undefined ? '' : `  ${durationText(remainingMs)} left`;
  const percent = `${Math.floor(done * 100)}%`.padStart(4);
  return `${bar} ${percent}  ${frames}/${totalFrames} frames  ${pace}${left}`;
}

/**
 * One line about what each stage does or waits for: `decode waits for render · render works · …`.
 *
 * @param progress - a snapshot
 */
export function stagesText({ stages }: ExportProgress): string {
  const present = Object.entries(stages) as [StageName, StageState][];
  return present
    .map(([name, state], index) => {
      const [before, after] = [present[index - 1]?.[0] ?? 'ffmpeg', present[index + 1]?.[0] ?? 'ffmpeg'];
      return `${name} ${stateText(state, before, after)}`;
    })
    .join(' · ');
}

/** A wait is for whoever stands before or after the stage; at the ends that is an ffmpeg process. */
function stateText(state: StageState, before: string, after: string): string {
  if (state === 'waiting-for-input') return `waits for ${before}`;
  if (state === 'waiting-for-output') return `waits for ${after}`;
  return state === 'done' ? 'is done' : 'works';
}

/** `0:07`, `12:30`, `1:02:03`; milliseconds are rounded up, so that 0:00 means the end. */
function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
