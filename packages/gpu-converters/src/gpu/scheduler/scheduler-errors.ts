import { FramerailError } from '@framerail/lifecycle';
import type { GpuTask } from './gpu-scheduler.js';

const nameOf = ({ label, client }: GpuTask): string => label ?? `a task of ${client}`;

/** The line is as long as it may get. */
export function queueFull(task: GpuTask, maxQueued: number): FramerailError {
  return new FramerailError({
    code: 'E_GPU_QUEUE_FULL',
    message: `Expected at most ${maxQueued} waiting tasks but received ${nameOf(task)} as one more; wait for some of them, or raise maxQueued`,
    details: { maxQueued },
  });
}

/** The task could wait for ever. */
export function tooLarge(task: GpuTask, needed: number, maxInFlightBytes: number): FramerailError {
  return new FramerailError({
    code: 'E_GPU_BUDGET',
    message: `Expected ${nameOf(task)} to keep at most ${maxInFlightBytes} bytes in flight but received ${needed}; split it, or raise maxInFlightBytes`,
    details: { needed, maxBytes: maxInFlightBytes },
  });
}

/** The admission rule said never. */
export function refused(task: GpuTask): FramerailError {
  return new FramerailError({
    code: 'E_GPU_REFUSED',
    message: `The admission rule refused ${nameOf(task)}; give it to another backend, or change the rule (\`admit\`)`,
  });
}
