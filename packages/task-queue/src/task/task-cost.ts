import { expectNumber, expectObject } from '@framerail/lifecycle';
import type { TaskCost } from './task-record.js';

const BOUNDS = {
  cpu: { min: 0, max: 1 },
  memoryBytes: { min: 0 },
  gpu: { min: 0, max: 1 },
  io: { min: 0, max: 1 },
  durationMs: { min: 0 },
} as const;

/** What a cost may say, in a fixed order. */
export const COST_PARTS = Object.freeze(Object.keys(BOUNDS)) as readonly (keyof TaskCost)[];

/**
 * Takes what a task is to cost.
 *
 * @param name - the option's name
 * @returns a copy with only what is set
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectCost(name: string, cost: TaskCost): TaskCost {
  expectObject(name, cost, 'a cost { cpu, memoryBytes, gpu, io, durationMs }');
  const taken: { -readonly [Part in keyof TaskCost]: TaskCost[Part] } = {};
  for (const part of COST_PARTS) {
    const value = cost[part];
    if (value !== undefined) taken[part] = expectNumber(`${name}.${part}`, value, BOUNDS[part]);
  }
  return Object.freeze(taken);
}
