/** How far a run is, as ffmpeg tells it twice a second. */
export interface FfmpegProgress {
  /** Video frames put out so far; 0 for sound alone. */
  readonly frame: number;
  /** Frames a second over the whole run. */
  readonly fps: number;
  /** End of what was put out, in microseconds; `undefined` before the first output. */
  readonly outTimeUs: number | undefined;
  /** Bytes written to the output; `undefined` where ffmpeg doesn't know. */
  readonly totalBytes: number | undefined;
  /** Times real time; `undefined` at the start. */
  readonly speed: number | undefined;
  /** Frames that `-fps_mode` repeated. */
  readonly duplicatedFrames: number;
  /** Frames that `-fps_mode` left out. */
  readonly droppedFrames: number;
  /** Whether this is the last report. */
  readonly done: boolean;
}

/** Longest line that is a report's; anything longer is dropped. */
const MAX_LINE = 1024;

/**
 * Reads the text of `-progress`, in pieces as they come, and calls back for each whole report.
 *
 * @param onProgress - gets each report
 * @returns takes the next piece of text
 */
export function createProgressParser(onProgress: (progress: FfmpegProgress) => void): (text: string) => void {
  let rest = '';
  let fields = new Map<string, string>();
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) {
      const at = line.indexOf('=');
      if (at < 0) continue;
      const key = line.slice(0, at).trim();
      fields.set(key, line.slice(at + 1).trim());
      if (key !== 'progress') continue;
      onProgress(report(fields));
      fields = new Map();
    }
  };
}

function report(fields: ReadonlyMap<string, string>): FfmpegProgress {
  const number = (key: string): number | undefined => {
    const value = Number.parseFloat(fields.get(key) ?? '');
    return Number.isFinite(value) ? value : undefined;
  };
  return Object.freeze({
    frame: number('frame') ?? 0,
    fps: number('fps') ?? 0,
    outTimeUs: number('out_time_us'),
    totalBytes: number('total_size'),
    speed: number('speed'),
    duplicatedFrames: number('dup_frames') ?? 0,
    droppedFrames: number('drop_frames') ?? 0,
    done: fields.get('progress') === 'end',
  });
}
