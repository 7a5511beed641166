import { createManualClock, type ManualClock } from '@framerail/lifecycle';
import { createQueue, memory, type QueueOptions, type TaskQueue } from '@framerail/task-queue';

/** When manual clocks begin, in milliseconds since 1970. */
export const START_MS = Date.UTC(2026, 0, 1);

/** A queue whose time passes when it is told to. */
export interface ManualQueue {
  readonly queue: TaskQueue;
  readonly clock: ManualClock;
  /** Lets time pass in small steps, with turns of the event loop between them. */
  pass(ms: number): Promise<void>;
}

/** Makes a queue with a clock of its own, over memory unless another engine is given. */
export function manualQueue(options: Partial<QueueOptions> = {}): ManualQueue {
  const clock = createManualClock();
  const queue = createQueue({
    engine: memory(),
    slots: 4,
    clock,
    wallClock: () => START_MS + clock.now(),
    random: () => 0,
    ...options,
  });
  return { queue, clock, pass: (ms) => passOn(clock, ms) };
}

async function passOn(clock: ManualClock, ms: number): Promise<void> {
  const steps = 20;
  for (let step = 0; step < steps; step += 1) {
    clock.advance(ms / steps);
    await turns(3);
  }
}

/** Lets the event loop turn. */
export async function turns(count = 10): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets the event loop turn until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 20_000; turn += 1) {
    if (await isSo()) return;
    await turns(1);
  }
  throw new Error(`What was waited for never came: ${isSo}`);
}

/** A handler's work that ends when it is told to. */
export interface Gate {
  readonly begun: number;
  /** What a handler waits for; aborts reject it. */
  enter(signal?: AbortSignal): Promise<void>;
  /** Ends the oldest, or all. */
  open(count?: number): void;
}

/** Makes a {@link Gate}. */
export function gate(): Gate {
  const waiting: (() => void)[] = [];
  let begun = 0;
  return {
    get begun() {
      return begun;
    },
    enter: (signal) =>
      new Promise((resolve, reject) => {
        begun += 1;
        waiting.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    open: (count = waiting.length) => {
      for (const resolve of waiting.splice(0, count)) resolve();
    },
  };
}
