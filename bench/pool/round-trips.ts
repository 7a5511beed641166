// What it costs to let another thread use a frame's memory and to have it back.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createBufferPool, sharedAllocator, transferLease } from '@framerail/buffer-pool';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { alternate } from '../measure.ts';
import { FRAME_BYTES } from './frame.ts';

/** Measures, one frame at a time. */
export async function measureRoundTrips({ log, rounds, quick }: BenchContext): Promise<BenchOutcome> {
  const trips = quick ? 50 : 2000;
  const worker = new Worker(join(import.meta.dirname, 'round-trip-worker.ts'));
  try {
    const bytes = new Uint8Array(FRAME_BYTES);
    const timings = await alternate(
      {
        lease: leases(worker, trips, createBufferPool({ maxBytes: FRAME_BYTES })),
        'lease-of-shared-memory': leases(
          worker,
          trips,
          createBufferPool({ maxBytes: FRAME_BYTES, allocator: sharedAllocator() }),
        ),
        'array-buffer-transferred': transfers(worker, trips),
        // A copy here and a move back: what is posted without a transfer list.
        'array-buffer-copied': posts(worker, Math.min(trips, 100), bytes),
      },
      { rounds },
    );
    const us = (name: keyof typeof timings) => timings[name].medianMs * 1e3;
    for (const name of Object.keys(timings) as (keyof typeof timings)[])
      log(`round trip, ${name}: ${us(name).toFixed(1)} µs`);
    return {
      results: [
        {
          id: 'round-trip-to-a-worker',
          unit: 'µs',
          value: us('lease'),
          peers: {
            'lease-of-shared-memory': us('lease-of-shared-memory'),
            'array-buffer-transferred': us('array-buffer-transferred'),
            'array-buffer-copied': us('array-buffer-copied'),
          },
        },
      ],
      claims: [],
    };
  } finally {
    await worker.terminate();
  }
}

/** Milliseconds a trip: the next begins when the pool has its only frame again. */
function leases(worker: Worker, trips: number, pool: ReturnType<typeof createBufferPool>) {
  return async () => {
    const startedMs = performance.now();
    for (let trip = 0; trip < trips; trip += 1) {
      const lease = await pool.acquire(FRAME_BYTES);
      const { message, transfer } = transferLease(lease);
      worker.postMessage({ lease: message }, transfer);
    }
    (await pool.acquire(FRAME_BYTES)).release();
    return (performance.now() - startedMs) / trips;
  };
}

function transfers(worker: Worker, trips: number) {
  let bytes = new Uint8Array(FRAME_BYTES);
  return async () => {
    const startedMs = performance.now();
    for (let trip = 0; trip < trips; trip += 1) {
      const back = once(worker, 'message');
      worker.postMessage({ bytes }, [bytes.buffer]);
      [bytes] = await back;
    }
    return (performance.now() - startedMs) / trips;
  };
}

function posts(worker: Worker, trips: number, bytes: Uint8Array) {
  return async () => {
    const startedMs = performance.now();
    for (let trip = 0; trip < trips; trip += 1) {
      const back = once(worker, 'message');
      worker.postMessage({ bytes });
      await back;
    }
    return (performance.now() - startedMs) / trips;
  };
}
