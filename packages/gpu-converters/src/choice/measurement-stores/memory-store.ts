import type { MeasurementStore, StoredMeasurement } from '../measurement-store.js';
import { MAX_ENTRIES } from '../measurement-text.js';

/** Makes a store that lives as long as the process: give it to several processors and only the first one measures. */
export function createMemoryMeasurements(): MeasurementStore {
  const entries = new Map<string, StoredMeasurement>();
  return {
    place: 'memory',
    recall: (key) => Promise.resolve(entries.get(key)),
    keep(key, measurement) {
      entries.delete(key);
      entries.set(key, measurement);
      const [oldest] = entries.keys();
      if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
      return Promise.resolve();
    },
    clear() {
      entries.clear();
      return Promise.resolve();
    },
  };
}
