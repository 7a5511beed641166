import { type Clock, systemClock } from '@framerail/lifecycle';
import type { ExportProgress } from './export-progress.js';
import { progressText, stagesText } from './progress-text.js';

/** Where a progress bar is drawn: stderr, as a rule. */
export interface ProgressStream {
  /** Whether it is a terminal, on which lines can be drawn over. */
  readonly isTTY?: boolean;
  /** Characters of a line. */
  readonly columns?: number;
  /** Writes text at the cursor. */
  write(text: string): unknown;
}

/** Options of {@link createProgressBar}. */
export interface ProgressBarOptions {
  /** Where it is drawn. */
  readonly stream: ProgressStream;
  /** Milliseconds between two lines where the stream is no terminal, such as a log. Default 5000. */
  readonly plainIntervalMs?: number;
  /** Default the system's. */
  readonly clock?: Clock;
}

/** Shows how far an export is. Pass `update` as `onProgress`. */
export interface ProgressBar extends Disposable {
  /** Draws a snapshot. */
  update(progress: ExportProgress): void;
  /** Prints a line above the bar, such as a warning. */
  say(line: string): void;
}

const CLEAR_LINE = '\r\u001b[2K';
const LINE_UP = '\u001b[1A';

/**
 * Makes a progress bar of two lines: figures, and what each stage waits for. On a terminal it is drawn over
 * itself and taken away when it is disposed; elsewhere it is a line every few seconds.
 *
 * @param options - stream, pace
 */
export function createProgressBar(options: ProgressBarOptions): ProgressBar {
  const { stream, plainIntervalMs = 5000, clock = systemClock } = options;
  const isTerminal = stream.isTTY === true;
  let drawn: string[] = [];
  let plainAt = clock.now();
  const clear = (): void => {
    if (drawn.length === 0) return;
    stream.write(CLEAR_LINE + `${LINE_UP}${CLEAR_LINE}`.repeat(drawn.length - 1));
    drawn = [];
  };
  const draw = (lines: string[]): void => {
    // A line that wraps can't be drawn over.
    const columns = (stream.columns ?? 80) - 1;
    stream.write(lines.map((line) => line.slice(0, columns)).join('\n'));
    drawn = lines;
  };
  return {
    update(progress) {
      if (isTerminal) {
        clear();
        draw([progressText(progress), stagesText(progress)]);
      } else if (clock.now() - plainAt >= plainIntervalMs) {
        plainAt = clock.now();
        stream.write(`${progressText(progress)}  ${stagesText(progress)}\n`);
      }
    },
    say(line) {
      const lines = drawn;
      clear();
      stream.write(`${line}\n`);
      if (lines.length > 0) draw(lines);
    },
    [Symbol.dispose]: clear,
  };
}
