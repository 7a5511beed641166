import { type Clock, systemClock } from '@framerail/lifecycle';
import type { StageName, StageState } from '../report/export-progress.js';
import type { StageReport } from '../report/export-report.js';

/** What a stage may be held up by. */
export type WaitKind = 'input' | 'output';

/**
 * Measures a stage: where its time goes and what passes through. Many waits and works may overlap; at each moment
 * the stage counts as waiting for output while anything waits for room, as waiting for input while it waits for
 * frames and has none in work, and as busy otherwise.
 */
export class StageMeter {
  /** Which stage it measures. */
  readonly name: StageName;
  readonly #clock: Clock;
  readonly #seconds: Record<Exclude<StageState, 'done'>, number> = {
    working: 0,
    'waiting-for-input': 0,
    'waiting-for-output': 0,
  };
  readonly #waits: Record<WaitKind, number> = { input: 0, output: 0 };
  #works = 0;
  #frames = 0;
  #bytes = 0;
  #state: StageState = 'done';
  #since = 0;

  /** @param name - the stage @param clock - default the system's */
  constructor(name: StageName, clock: Clock = systemClock) {
    this.name = name;
    this.#clock = clock;
  }

  /** What the stage does now. */
  get state(): StageState {
    return this.#state;
  }

  /** Frames that have left the stage. */
  get frames(): number {
    return this.#frames;
  }

  /** Starts the measurement. */
  start(): void {
    this.#since = this.#clock.now();
    this.#state = 'working';
    this.#change();
  }

  /** Ends the measurement; what comes later isn't counted. */
  stop(): void {
    this.#change('done');
  }

  /** Counts a frame that leaves the stage. */
  passed(bytes: number): void {
    this.#frames += 1;
    this.#bytes += bytes;
  }

  /** Waits for a promise that stands for the neighbour's doing. */
  async waitFor<T>(kind: WaitKind, promise: PromiseLike<T>): Promise<T> {
    this.#waits[kind] += 1;
    this.#change();
    try {
      return await promise;
    } finally {
      this.#waits[kind] -= 1;
      this.#change();
    }
  }

  /** Waits for a promise that stands for the stage's own work. */
  async work<T>(promise: PromiseLike<T>): Promise<T> {
    this.#works += 1;
    this.#change();
    try {
      return await promise;
    } finally {
      this.#works -= 1;
      this.#change();
    }
  }

  /** A snapshot, up to now. */
  report(): StageReport {
    this.#change();
    const waitingForInputSeconds = this.#seconds['waiting-for-input'];
    const waitingForOutputSeconds = this.#seconds['waiting-for-output'];
    return Object.freeze({
      frames: this.#frames,
      bytes: this.#bytes,
      busySeconds: this.#seconds.working,
      waitingSeconds: waitingForInputSeconds + waitingForOutputSeconds,
      waitingForInputSeconds,
      waitingForOutputSeconds,
    });
  }

  #change(to?: StageState): void {
    if (this.#state === 'done') return;
    const now = this.#clock.now();
    this.#seconds[this.#state] += (now - this.#since) / 1000;
    this.#since = now;
    this.#state = to ?? this.#current();
  }

  #current(): StageState {
    if (this.#waits.output > 0) return 'waiting-for-output';
    if (this.#waits.input > 0 && this.#works === 0) return 'waiting-for-input';
    return 'working';
  }
}
