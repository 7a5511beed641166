// How many leases a second four threads get of one pool: of memory with its books in it, and by asking a thread.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createSharedPool } from '@framerail/buffer-pool';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { alternate } from '../measure.ts';
import { FRAME_BYTES } from './frame.ts';

const THREADS = 4;
/** One for each thread and a few free ones. */
const FRAMES = 6;

/** Measures the threads together. */
export async function measureThreads({ log, rounds, quick }: BenchContext): Promise<BenchOutcome> {
  const leases = { shared: quick ? 5000 : 250_000, messages: quick ? 500 : 10_000 };
  const pool = createSharedPool({ maxBytes: FRAMES * FRAME_BYTES, maxThreads: THREADS + 1 });
  const shared = await startThreads({ handle: pool.handle });
  const messages = await startThreads({ arena: new SharedArrayBuffer(FRAMES * FRAME_BYTES) });
  serveByMessages(messages);
  try {
    const timings = await alternate(
      {
        shared: () => letRun(shared, leases.shared),
        messages: () => letRun(messages, leases.messages),
      },
      { rounds },
    );
    const { hits, misses, waits, bytesInUse } = pool.stats();
    log(`shared pool: ${hits} hits, ${misses} misses, ${waits} waits, ${bytesInUse} bytes in use at the end`);
    const perSecond = (name: 'shared' | 'messages') =>
      (THREADS * leases[name]) / (timings[name].medianMs / 1e3);
    return {
      results: [
        {
          id: `leases-of-${THREADS}-threads`,
          unit: 'leases/s',
          value: perSecond('shared'),
          peers: { 'asked-of-the-main-thread': perSecond('messages') },
        },
      ],
      claims: [],
    };
  } finally {
    await Promise.all([...shared, ...messages].map((worker) => worker.terminate()));
    pool.close();
  }
}

async function startThreads(workerData: unknown): Promise<Worker[]> {
  const path = join(import.meta.dirname, 'thread-worker.ts');
  const workers = Array.from({ length: THREADS }, () => new Worker(path, { workerData }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return workers;
}

async function letRun(workers: readonly Worker[], count: number): Promise<void> {
  const done = workers.map(
    (worker) =>
      new Promise<void>((resolve) => {
        worker.on('message', function listen(message) {
          if (message !== 'done') return;
          worker.off('message', listen);
          resolve();
        });
      }),
  );
  for (const worker of workers) worker.postMessage(count);
  await Promise.all(done);
}

/** A pool as programs have it without shared books: a free list, a line, and a message for each deed. */
function serveByMessages(workers: readonly Worker[]): void {
  const free = Array.from({ length: FRAMES }, (_, index) => index);
  const waiting: Worker[] = [];
  for (const worker of workers)
    worker.on('message', (message: unknown) => {
      if (!Array.isArray(message)) return;
      const [deed, index] = message as ['acquire' | 'release', number];
      if (deed === 'acquire') waiting.push(worker);
      else free.push(index);
      while (waiting.length > 0 && free.length > 0) waiting.shift()?.postMessage([free.pop()]);
    });
}
