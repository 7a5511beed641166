// One of the threads of `thread-rates.ts`: borrows and gives back, so many times for each number that it is sent.
import { parentPort, workerData } from 'node:worker_threads';
import { attachSharedPool, type SharedPoolHandle } from '@framerail/buffer-pool';
import { FRAME_BYTES } from './frame.ts';

const { handle } = workerData as { handle?: SharedPoolHandle };
const borrow = handle === undefined ? await byMessages() : fromSharedPool(handle);

parentPort?.on('message', async (message: unknown) => {
  if (typeof message !== 'number') return;
  for (let turn = 0; turn < message; turn += 1) await borrow();
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');

function fromSharedPool(shared: SharedPoolHandle): () => void | Promise<void> {
  const pool = attachSharedPool(shared);
  return () => {
    const lease = pool.tryAcquire(FRAME_BYTES);
    if (lease === undefined) return wait();
    lease.bytes[0] = 1;
    lease.release();
    return undefined;
  };

  async function wait(): Promise<void> {
    using lease = await pool.acquire(FRAME_BYTES);
    lease.bytes[0] = 1;
  }
}

/** The main thread has the pool; what it lends are numbers of frames in memory that all threads see. */
async function byMessages(): Promise<() => Promise<void>> {
  const { arena } = workerData as { arena: SharedArrayBuffer };
  let lent: (index: number) => void = () => {};
  parentPort?.on('message', (message: unknown) => {
    if (Array.isArray(message)) lent(message[0]);
  });
  return async () => {
    const index = await new Promise<number>((resolve) => {
      lent = resolve;
      parentPort?.postMessage(['acquire']);
    });
    new Uint8Array(arena, index * FRAME_BYTES, FRAME_BYTES)[0] = 1;
    parentPort?.postMessage(['release', index]);
  };
}
