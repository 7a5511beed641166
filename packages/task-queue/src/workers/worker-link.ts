import type { WorkerOrder, WorkerReport } from './worker-messages.js';

/** How a worker ended. */
export interface WorkerEnd {
  /** Its exit code; `null` where a signal ended it. */
  readonly exitCode: number | null;
  /** The signal that ended a process. */
  readonly signal: string | null;
  /** What a thread died of, where it said so. */
  readonly error: unknown;
  /** The last lines that it wrote to its stderr; empty for threads, which share the process's. */
  readonly stderr: string;
  /** Whether it was out of memory: its own limit's, or so it seems. */
  readonly isOutOfMemory: boolean;
}

/** What a pool hears of a worker. */
interface WorkerListener {
  onReport(report: WorkerReport): void;
  /** Called once, and nothing afterwards. */
  onEnd(end: WorkerEnd): void;
  /** It takes more memory than it may, in bytes; the pool ends it. */
  onTooMuchMemory(bytes: number): void;
}

/** A pool's end of the line to one worker: a thread, or a process. */
export interface WorkerLink {
  /** Tells the worker; lost without notice when it is dying, which `onEnd` says. */
  send(order: WorkerOrder): void;
  /** Whether the worker keeps this process alive, and its memory is watched. */
  setBusy(isBusy: boolean): void;
  /** Ends the worker at once, whatever it is doing. `onEnd` follows, unless native code keeps a thread busy. */
  kill(): void;
}

/** Starts a worker. */
export type StartWorker = (listener: WorkerListener) => WorkerLink;
