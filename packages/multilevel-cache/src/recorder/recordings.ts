import { type Clock, FramerailError, withTimeout } from '@framerail/lifecycle';
import type { MemoryWatchers } from '../tiers/memory/memory-watcher.js';
import { TraceRecorder } from './trace-recorder.js';
import type { Recording, RecordOptions } from './trace-sink.js';

const PATIENCE_MS = 5000;

/** The recordings of a cache. */
export class Recordings {
  readonly #watchers: MemoryWatchers | undefined;
  readonly #clock: Clock;
  readonly #running = new Set<TraceRecorder>();

  /** @param watchers - those of the memory tier, if there is one */
  constructor(watchers: MemoryWatchers | undefined, clock: Clock) {
    this.#watchers = watchers;
    this.#clock = clock;
  }

  /** Begins one. @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNSUPPORTED` without a memory tier */
  begin(options: RecordOptions): Recording {
    const recorder = new TraceRecorder(options, this.#clock, (ended) => {
      this.#running.delete(ended);
      unwatch();
    });
    if (this.#watchers === undefined) {
      throw new FramerailError({
        code: 'E_UNSUPPORTED',
        message:
          'Expected a cache with a memory tier to record; put memory({ maxBytes }) first among its tiers',
      });
    }
    const unwatch = this.#watchers.add(recorder);
    this.#running.add(recorder);
    return recorder;
  }

  /** Ends all of them. What their sinks fail with is for whoever closes them; sinks that hang are left after a while. */
  async close(): Promise<void> {
    if (this.#running.size === 0) return;
    const closed = Promise.allSettled([...this.#running].map((recorder) => recorder.close()));
    await withTimeout(closed, {
      timeoutMs: PATIENCE_MS,
      clock: this.#clock,
      what: 'Closing recordings',
    }).catch(() => {});
  }
}
