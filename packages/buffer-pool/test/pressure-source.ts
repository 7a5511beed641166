import type { PressureLevel, PressureSource } from '@framerail/lifecycle';

/** A source whose level the test sets. */
export interface SetSource extends PressureSource {
  /** Sets the level and tells of it, though it be the same. */
  set(level: PressureLevel): void;
  /** How many listen. */
  readonly listeners: number;
}

/** Makes one at `none`. */
export function createSource(): SetSource {
  const listeners = new Set<(level: PressureLevel) => void>();
  let level: PressureLevel = 'none';
  return {
    get level() {
      return level;
    },
    get listeners() {
      return listeners.size;
    },
    on(_, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      level = next;
      for (const listener of listeners) listener(next);
    },
  };
}
