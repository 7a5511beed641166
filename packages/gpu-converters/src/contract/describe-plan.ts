import type { BackendPlan } from '../backends/backend.js';

/** Longer arrays of numbers are described by their length. */
const MAX_NUMBERS = 48;

/** A plan as JSON that a person can read: large tables and pictures by their size. */
export function describePlan({ source, target, operations, upsampling, work }: BackendPlan): string {
  return JSON.stringify({ source, target, operations, upsampling, work }, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const numbers = [...(value as Uint8Array)];
    return numbers.length <= MAX_NUMBERS ? numbers : `${numbers.length} numbers`;
  });
}
