import {
  type Clock,
  createEmitter,
  expectNumber,
  expectObject,
  invalidArgument,
  type PressureLevel,
  type PressureSource,
  systemClock,
} from '@framerail/lifecycle';
import { expectClock, expectDelay } from '../pool/option-checks.js';
import { warnOfMemory } from './manager-errors.js';
import { PRESSURE_LEVELS, pressureRank } from './pressure-order.js';

/** From which share of the limit on a level is told; each above 0, and none below the one before it. */
export interface UsageThresholds {
  /** Default 0.7. */
  readonly moderate?: number | undefined;
  /** Default 0.85. */
  readonly high?: number | undefined;
  /** Default 0.95. */
  readonly critical?: number | undefined;
}

/** Options of {@link createUsagePressure}. */
export interface UsagePressureOptions {
  /** Measures the bytes in use: of a cgroup, of the process, of a device. Called once an interval, synchronously. */
  readonly usedBytes: () => number;
  /** The bytes that there are, or what measures them where that changes. */
  readonly limitBytes: number | (() => number);
  /** Milliseconds between measurements, 1 to 2^31 - 1. Default 1000. */
  readonly intervalMs?: number | undefined;
  /** From which share of the limit on a level is told. */
  readonly thresholds?: UsageThresholds | undefined;
  /** By how much, as a share of the limit, usage must fall below a threshold before the level does. Default 0.05. */
  readonly margin?: number | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** Pressure that is read off a figure. Made by {@link createUsagePressure}. */
export interface UsagePressure extends PressureSource, Disposable {
  /** The share of the limit that was in use at the last measurement; `undefined` until one worked. */
  readonly usage: number | undefined;
  /** Measures now. @returns the level */
  measure(): PressureLevel;
  /** Stops measuring; the level stays what it is. Harmless when called twice. */
  close(): void;
}

interface MeasuringSettings {
  readonly usedBytes: () => number;
  readonly limitBytes: number | (() => number);
  readonly intervalMs: number;
  /** What each level but the first begins at, in their order. */
  readonly thresholds: readonly number[];
  readonly margin: number;
  readonly clock: Clock;
}

/** What measures, measured once and then by a timer that keeps no process alive. */
class MeasuredPressure implements UsagePressure {
  readonly #settings: MeasuringSettings;
  readonly #events = createEmitter<{ change: PressureLevel }>((error) =>
    warnOfMemory('A listener of a source of pressure threw', error),
  );
  readonly on = this.#events.on;
  #level: PressureLevel = 'none';
  #usage: number | undefined;
  #hasWarned = false;
  #isClosed = false;
  #cancelTimer: () => void = () => {};

  constructor(settings: MeasuringSettings) {
    this.#settings = settings;
    this.measure();
    this.#measureLater();
  }

  get level(): PressureLevel {
    return this.#level;
  }

  get usage(): number | undefined {
    return this.#usage;
  }

  measure(): PressureLevel {
    if (this.#isClosed) return this.#level;
    const usage = this.#read();
    if (usage === undefined) return this.#level;
    this.#usage = usage;
    const level = this.#levelAt(usage);
    if (level !== this.#level) {
      this.#level = level;
      this.#events.emit('change', level);
    }
    return this.#level;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
    this.#events.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #levelAt(usage: number): PressureLevel {
    const rank = pressureRank(this.#level);
    const { thresholds, margin } = this.#settings;
    const reached = thresholds.filter((threshold, index) => {
      const isInForce = index < rank;
      return usage >= (isInForce ? threshold - margin : threshold);
    });
    return PRESSURE_LEVELS[reached.length] ?? 'none';
  }

  #measureLater(): void {
    const { clock, intervalMs } = this.#settings;
    const measure = (): void => {
      // The next one first: a listener may close the source.
      this.#measureLater();
      this.measure();
    };
    this.#cancelTimer = clock.setTimer(measure, intervalMs, { background: true });
  }

  /** The share in use; `undefined`, with one warning, where it can't be measured: the level stays. */
  #read(): number | undefined {
    const { usedBytes, limitBytes } = this.#settings;
    try {
      const used = expectNumber('usedBytes()', usedBytes(), { min: 0 });
      const limit = typeof limitBytes === 'number' ? limitBytes : limitBytes();
      return used / expectNumber('limitBytes()', limit, { min: 1 });
    } catch (error) {
      if (!this.#hasWarned) warnOfMemory('The use of memory could not be measured', error);
      this.#hasWarned = true;
      return undefined;
    }
  }
}

/**
 * Makes a source of pressure of any figure that can be measured, such as a cgroup's `memory.current` beside its `memory.max`.
 * A level begins at its threshold and ends when usage is a margin below it. A measurement that fails changes nothing.
 *
 * @param options - what is in use, of how much, and what differs from the defaults
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function createUsagePressure(options: UsagePressureOptions): UsagePressure {
  const { usedBytes, limitBytes } = expectObject('options', options, 'options { usedBytes, limitBytes, … }');
  if (typeof usedBytes !== 'function') throw invalidArgument('usedBytes', 'a function', usedBytes);
  if (typeof limitBytes !== 'function') expectNumber('limitBytes', limitBytes, { min: 1 });
  const { clock = systemClock } = options;
  return new MeasuredPressure({
    usedBytes,
    limitBytes,
    intervalMs: expectDelay('intervalMs', options.intervalMs ?? 1000),
    thresholds: checkThresholds(options.thresholds ?? {}),
    margin: expectNumber('margin', options.margin ?? 0.05, { min: 0, max: 1 }),
    clock: expectClock(clock),
  });
}

/** What each level but the first begins at. */
function checkThresholds(thresholds: UsageThresholds): readonly number[] {
  const { moderate = 0.7, high = 0.85, critical = 0.95 } = expectObject('thresholds', thresholds);
  expectNumber('thresholds.moderate', moderate, { min: Number.MIN_VALUE });
  expectNumber('thresholds.high', high, { min: moderate });
  expectNumber('thresholds.critical', critical, { min: high });
  return [moderate, high, critical];
}
