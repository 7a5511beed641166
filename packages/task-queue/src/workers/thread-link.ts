import { Worker } from 'node:worker_threads';
import type { StartWorker, WorkerLink } from './worker-link.js';
import { THREAD_MARK, type WorkerSettings } from './worker-messages.js';

const MIB = 2 ** 20;
/** How often the memory of threads is looked at. */
const WATCH_MS = 50;
/**
 * A thread that reaches V8's limit of its heap can end the whole process: V8 lets it go on for 16 MiB, and it may take
 * more than that in one step. So where the memory can be looked at, that limit is this much above the one that ends the thread.
 */
const MARGIN_MIB = 1024;
const CAN_LOOK = typeof Worker.prototype.getHeapStatistics === 'function';

/** How threads are started. */
export interface ThreadSettings extends WorkerSettings {
  /** The worker's program. */
  readonly program: URL;
  readonly maxMemoryBytes: number | undefined;
}

/** Starts worker threads. */
export function startThread({ program, maxMemoryBytes, module, graceMs }: ThreadSettings): StartWorker {
  return (listener) => {
    const worker = new Worker(program, {
      name: 'framerail-tasks',
      workerData: { [THREAD_MARK]: { module, graceMs } satisfies WorkerSettings },
      ...(maxMemoryBytes === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: heapLimitMib(maxMemoryBytes) } }),
    });
    let error: unknown;
    worker.on('message', (report) => listener.onReport(report));
    worker.on('error', (thrown) => {
      error = thrown;
    });
    const stopWatching = watchMemory(worker, maxMemoryBytes, (bytes) => listener.onTooMuchMemory(bytes));
    worker.once('exit', (exitCode) => {
      stopWatching();
      const isOutOfMemory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
      listener.onEnd({ exitCode, signal: null, error, stderr: '', isOutOfMemory });
    });
    return {
      send: (order) => worker.postMessage(order),
      setBusy: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
      kill: () => void worker.terminate(),
    } satisfies WorkerLink;
  };
}

function heapLimitMib(maxMemoryBytes: number): number {
  return Math.max(1, Math.floor(maxMemoryBytes / MIB)) + (CAN_LOOK ? MARGIN_MIB : 0);
}

/** Buffers lie outside of the heap that V8 limits; where Node tells (22.16, 24), they count too. */
function watchMemory(
  worker: Worker,
  maxBytes: number | undefined,
  onTooMuch: (bytes: number) => void,
): () => void {
  if (maxBytes === undefined || !CAN_LOOK) return () => {};
  let isAsking = false;
  const timer = setInterval(async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      const { used_heap_size: heap, external_memory: outside } = await worker.getHeapStatistics();
      if (heap + outside > maxBytes) onTooMuch(heap + outside);
    } catch {
      // It is ending.
    } finally {
      isAsking = false;
    }
  }, WATCH_MS);
  timer.unref();
  return () => clearInterval(timer);
}
