import { expectNumber, expectOneOf, expectString, invalidArgument } from '@framerail/lifecycle';
import type { GpuSubmission, GpuTask, TaskAnalysis } from './gpu-scheduler.js';
import type { WaitingTask } from './task-lines.js';

/** A task from `schedule` until it is submitted or given up. */
export interface TaskEntry extends WaitingTask {
  /** Takes it back until it is submitted. */
  readonly signal: AbortSignal | undefined;
  /** Bytes that it keeps in flight. */
  readonly memoryBytes: number;
  /** Bytes that it moves. */
  readonly movedBytes: number;
  readonly scheduledAtMs: number;
  readonly resolve: (submission: GpuSubmission) => void;
  readonly reject: (error: unknown) => void;
}

/** Takes a task. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectTask(task: GpuTask): void {
  expectOneOf('queue', task.queue, ['render', 'compute']);
  expectString('client', task.client);
  if (task.priority !== undefined) expectNumber('priority', task.priority);
  if (typeof task.encode !== 'function') throw invalidArgument('encode', 'a function', task.encode);
  expectAnalysis(task.analysis);
}

/** Takes an analysis. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectAnalysis(analysis: TaskAnalysis): void {
  expectNumber('analysis.bytesRead', analysis?.bytesRead, { min: 0 });
  expectNumber('analysis.bytesWritten', analysis.bytesWritten, { min: 0 });
  expectNumber('analysis.passes', analysis.passes, { min: 0 });
  if (analysis.memoryBytes !== undefined) {
    expectNumber('analysis.memoryBytes', analysis.memoryBytes, { min: 0 });
  }
}

/** Bytes that a task moves. */
export const movedBytesOf = ({ bytesRead, bytesWritten }: TaskAnalysis): number => bytesRead + bytesWritten;
