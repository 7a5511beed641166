/** Where a recorded trace goes. Calls come one after the other. */
export interface TraceSink {
  /** Takes whole lines; what it rejects with ends the recording. */
  write(lines: string): Promise<void>;
  /** No more lines come. */
  close(): Promise<void>;
}

/** Options of `cache.record`. */
export interface RecordOptions {
  /** Where the trace goes, such as `traceFile({ path, maxBytes })` of `@framerail/multilevel-cache/recorder`. */
  readonly sink: TraceSink;
  /** UTF-16 code units of lines that wait for the sink at most; default 1,048,576. What comes then is dropped, and counted. */
  readonly maxPending?: number | undefined;
}

/** Figures of a recording. */
export interface RecordingStats {
  /** Events that the sink has. */
  readonly events: number;
  /** Events that were dropped because the sink was slow, or had failed. The trace has gaps then. */
  readonly dropped: number;
  /** What the sink failed with. */
  readonly error: unknown;
}

/** A recording of what a cache is asked. Ends with the cache, if not before. */
export interface Recording extends AsyncDisposable {
  /** Figures as they are now. */
  stats(): RecordingStats;
  /** Settles when the sink has what happened until now, or has failed. */
  flush(): Promise<void>;
  /** Ends it. Harmless when called twice. @throws what the sink failed with */
  close(): Promise<void>;
}
