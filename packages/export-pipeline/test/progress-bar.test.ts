import { createManualClock } from '@framerail/lifecycle';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExportProgress } from '../src/report/export-progress.js';
import { createProgressBar } from '../src/report/progress-bar.js';
import { progressText, stagesText } from '../src/report/progress-text.js';

const progress = (part: Partial<ExportProgress> = {}): ExportProgress => ({
  frames: 126,
  totalFrames: 300,
  fps: 31.24,
  timesRealTime: 1.041,
  remainingMs: 5570,
  seconds: 4,
  stages: { decode: 'waiting-for-output', render: 'working', encode: 'waiting-for-input' },
  ...part,
});

/** A terminal of one screen: carriage return, line feed, cursor up, clear line. */
function terminal(columns: number) {
  let [lines, row, column] = [[''], 0, 0];
  return {
    isTTY: true,
    columns,
    get lines() {
      return lines;
    },
    write(text: string) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
      for (const [token] of text.matchAll(/\u001b\[1A|\u001b\[2K|\r|\n|[^\r\n\u001b]+/g)) {
        if (token === '\r') column = 0;
        else if (token === '\n') [row, column] = [row + 1, 0];
        else if (token === '\u001b[1A') row -= 1;
        else if (token === '\u001b[2K') lines[row] = '';
        else {
          lines[row] = (lines[row] ?? '').slice(0, column).padEnd(column) + token;
          column += token.length;
        }
        lines = Array.from(lines, (line) => line ?? '');
      }
    },
  };
}

describe('progressText', () => {
  it('says frames, pace, time left', () => {
    expect(progressText(progress())).toBe(
      '[##########--------------]  42%  126/300 frames  31.2 fps  1.04× real time  0:06 left',
    );
  });

  it('does without a total', () => {
    const text = progressText(progress({ totalFrames: undefined, remainingMs: undefined }));
    expect(text).toBe('126 frames  31.2 fps  1.04× real time');
  });

  it('stays within 0 and 100 % whatever the counts', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (frames, totalFrames) => {
        const text = progressText(progress({ frames, totalFrames }));
        const percent = /(\d+)%/.exec(text)?.[1];
        if (totalFrames > 0) expect(Number(percent)).toBeLessThanOrEqual(100);
        else expect(percent).toBeUndefined();
      }),
      { seed: 1 },
    );
  });
});

describe('stagesText', () => {
  it('names what each stage waits for', () => {
    expect(stagesText(progress())).toBe('decode waits for render · render works · encode waits for render');
  });

  it('names ffmpeg where a process stands at the end', () => {
    const stages = {
      source: 'waiting-for-output',
      render: 'waiting-for-input',
      encode: 'waiting-for-output',
    } as const;
    expect(stagesText(progress({ stages }))).toBe(
      'source waits for render · render waits for source · encode waits for ffmpeg',
    );
  });
});

describe('createProgressBar', () => {
  it('draws over itself and leaves only what was said', () => {
    const screen = terminal(200);
    {
      using bar = createProgressBar({ stream: screen });
      bar.update(progress({ frames: 1 }));
      bar.update(progress({ frames: 2 }));
      expect(screen.lines).toEqual([progressText(progress({ frames: 2 })), stagesText(progress())]);
      bar.say('warning: something');
      bar.update(progress({ frames: 3 }));
      expect(screen.lines[0]).toBe('warning: something');
      expect(screen.lines[1]).toBe(progressText(progress({ frames: 3 })));
    }
    expect(screen.lines).toEqual(['warning: something', '', '']);
  });

  it('never draws a line that would wrap', () => {
    const screen = terminal(40);
    createProgressBar({ stream: screen }).update(progress());
    expect(Math.max(...screen.lines.map((line) => line.length))).toBeLessThan(40);
  });

  it('writes a line every few seconds into a log', () => {
    const clock = createManualClock();
    let text = '';
    const stream = { write: (part: string) => (text += part) };
    using bar = createProgressBar({ stream, clock, plainIntervalMs: 1000 });
    for (let frames = 0; frames < 30; frames++) {
      clock.advance(100);
      bar.update(progress({ frames }));
    }
    expect(text.split('\n')).toHaveLength(3 + 1);
    expect(text).not.toContain('\u001b');
  });
});
