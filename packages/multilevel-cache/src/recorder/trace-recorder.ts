import { type Clock, expectInteger, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { MemoryWatcher } from '../tiers/memory/memory-watcher.js';
import { formatTraceEvent } from '../trace/formats/framerail.js';
import type { TraceEvent } from '../trace/trace-event.js';
import type { Recording, RecordingStats, RecordOptions, TraceSink } from './trace-sink.js';

const DEFAULT_MAX_PENDING = 1_048_576;
/** So much is written at once, if nobody wants it sooner. */
const CHUNK = 65_536;
/** Milliseconds after which what waits is written though it is less. */
const DELAY_MS = 1000;

/** Writes what a memory tier is asked as a trace, without making anybody wait. */
export class TraceRecorder implements Recording, MemoryWatcher {
  readonly #sink: TraceSink;
  readonly #maxPending: number;
  readonly #clock: Clock;
  readonly #onClosed: (recorder: TraceRecorder) => void;
  #lines: string[] = [];
  #pending = 0;
  #events = 0;
  #dropped = 0;
  #failure: { readonly error: unknown } | undefined;
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** @param onClosed - called as soon as it hears of nothing more */
  constructor(options: RecordOptions, clock: Clock, onClosed: (recorder: TraceRecorder) => void) {
    const { sink, maxPending = DEFAULT_MAX_PENDING } = expectObject(
      'options',
      options,
      'options { sink, … }',
    );
    if (typeof sink?.write !== 'function' || typeof sink.close !== 'function')
      throw invalidArgument('sink', 'a sink { write, close }, such as traceFile({ path, maxBytes })', sink);
    this.#sink = sink;
    this.#maxPending = expectInteger('maxPending', maxPending, { min: 1 });
    this.#clock = clock;
    this.#onClosed = onClosed;
  }

  readonly used = (key: string, bytes: number | undefined): void => this.#add({ kind: 'get', key, bytes });

  readonly set = (key: string, bytes: number): void => this.#add({ kind: 'set', key, bytes });

  /** What the policy lets go it will let go again when the trace is replayed. */
  readonly gone = (key: string, why: 'evicted' | 'deleted' | 'trimmed'): void => {
    if (why !== 'evicted') this.#add({ kind: 'delete', key, bytes: undefined });
  };

  stats(): RecordingStats {
    return Object.freeze({ events: this.#events, dropped: this.#dropped, error: this.#failure?.error });
  }

  async flush(): Promise<void> {
    while (this.#lines.length > 0 || this.#writing !== undefined) await this.#write();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#onClosed(this);
    await this.flush();
    this.#cancelTimer?.();
    if (this.#failure === undefined) await this.#sink.close();
    else {
      await this.#sink.close().catch(() => {});
      throw this.#failure.error;
    }
  }

  #add(event: TraceEvent): void {
    if (this.#closing !== undefined) return;
    if (this.#failure !== undefined || this.#pending >= this.#maxPending) {
      this.#dropped += 1;
      return;
    }
    const line = formatTraceEvent(event);
    this.#lines.push(line);
    this.#pending += line.length;
    if (this.#pending >= CHUNK) void this.#write();
    else this.#cancelTimer ??= this.#clock.setTimer(() => void this.#write(), DELAY_MS, { background: true });
  }

  #write(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    // Not at once: whoever is asking has its answer first.
    await null;
    while (this.#lines.length > 0) {
      const [lines, pending] = [this.#lines, this.#pending];
      this.#lines = [];
      try {
        await this.#sink.write(lines.join(''));
        this.#events += lines.length;
      } catch (error) {
        this.#failure ??= { error };
        this.#dropped += lines.length + this.#lines.length;
        this.#lines = [];
      }
      this.#pending = this.#failure === undefined ? this.#pending - pending : 0;
    }
  }
}
