/** What ffmpeg said on stderr, as much of it as is kept. */
export interface StderrLog {
  /** Takes the next piece of text. */
  push(text: string): void;
  /** The last lines, whatever their level, without their level tags. */
  tail(): readonly string[];
  /** The last lines of level warning and worse. */
  problems(): readonly string[];
  /**
   * The first line that says that the output couldn't be written to its end, without its level. Releases before 6
   * exit with 0 when it was the trailer or the closing that failed, though the file is no good then.
   */
  outputFailure(): string | undefined;
  /** Lines of level error and worse over the whole run. */
  errorCount(): number;
  /** The most memory ffmpeg held, from the report of `-benchmark`; `undefined` until it came. */
  peakRssBytes(): number | undefined;
  /** Bytes that came in all. */
  bytes(): number;
}

const KEPT_LINES = 60;
const KEPT_COLUMNS = 1000;
/** A line that doesn't end is cut here, so that it can't fill the memory. */
const MAX_PENDING = 16_384;

const ERRORS = new Set(['error', 'fatal', 'panic']);
const OUTPUT_FAILURE =
  /Error writing trailer|Error closing file|Error muxing a packet|av_interleaved_write_frame\(\)/;
const LEVEL_TAG = /\[(quiet|panic|fatal|error|warning|info|verbose|debug|trace)\] /;

/** Keeps the end of ffmpeg's stderr, written with `-loglevel level+info`; memory is bounded. */
export function createStderrLog(): StderrLog {
  let pending = '';
  let errors = 0;
  let bytes = 0;
  let peak: number | undefined;
  let outputFailure: string | undefined;
  const tail: string[] = [];
  const problems: string[] = [];

  const keep = (list: string[], line: string): void => {
    list.push(line.length > KEPT_COLUMNS ? `${line.slice(0, KEPT_COLUMNS)}…` : line);
    if (list.length > KEPT_LINES) list.shift();
  };

  const take = (raw: string): void => {
    const level = LEVEL_TAG.exec(raw)?.[1];
    const line = raw.replace(LEVEL_TAG, '').trimEnd();
    if (line === '') return;
    const kilobytes = /^bench: maxrss=(\d+)\s*k/i.exec(line)?.[1];
    if (kilobytes !== undefined) peak = Number(kilobytes) * 1024;
    keep(tail, line);
    if (level !== undefined && ERRORS.has(level)) {
      errors += 1;
      if (OUTPUT_FAILURE.test(line)) outputFailure ??= line;
    }
    if (level === 'warning' || (level !== undefined && ERRORS.has(level))) keep(problems, line);
  };

  return {
    push(text) {
      bytes += Buffer.byteLength(text);
      const lines = (pending + text).split(/[\n\r]/);
      pending = (lines.pop() ?? '').slice(0, MAX_PENDING);
      for (const line of lines) take(line);
    },
    tail: () => Object.freeze(pending === '' ? [...tail] : [...tail, pending.slice(0, KEPT_COLUMNS)]),
    problems: () => Object.freeze([...problems]),
    outputFailure: () => outputFailure,
    errorCount: () => errors,
    peakRssBytes: () => peak,
    bytes: () => bytes,
  };
}
