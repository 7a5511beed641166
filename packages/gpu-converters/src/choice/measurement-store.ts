import type { BackendMeasurement } from './backend-choice.js';

/** What was measured for one key, and when. */
export interface StoredMeasurement {
  /** Of every backend that was measured, one or more. */
  readonly measurements: readonly BackendMeasurement[];
  /** Milliseconds since 1970, UTC. */
  readonly measuredAtMs: number;
}

/** Where measurements of backends are kept from one processor, or one process, to the next. */
export interface MeasurementStore {
  /** Where it keeps them, for people: a path, or `memory`. */
  readonly place: string;
  /**
   * Gives what is kept and not too old.
   *
   * @param key - says all that the measurement depends on
   */
  recall(key: string): Promise<StoredMeasurement | undefined>;
  /** Keeps a measurement in the place of the key's older one. May fail; nothing depends on it. */
  keep(key: string, measurement: StoredMeasurement): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
}
