import type { PressureLevel } from '@framerail/lifecycle';

/** The levels of pressure, the most relaxed first. */
export const PRESSURE_LEVELS: readonly PressureLevel[] = Object.freeze([
  'none',
  'moderate',
  'high',
  'critical',
]);

/** A level's place among {@link PRESSURE_LEVELS}, from 0. */
export function pressureRank(level: PressureLevel): number {
  return PRESSURE_LEVELS.indexOf(level);
}

/** Whether a value is a level of pressure. */
export function isPressureLevel(value: unknown): value is PressureLevel {
  return PRESSURE_LEVELS.includes(value as PressureLevel);
}
