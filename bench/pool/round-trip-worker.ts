// The other end of `round-trips.ts`: writes a byte into each frame that comes and lets go of it.
import { parentPort } from 'node:worker_threads';
import { receiveLease } from '@framerail/buffer-pool';

parentPort?.on('message', ({ lease, bytes }: { lease?: unknown; bytes?: Uint8Array<ArrayBuffer> }) => {
  if (lease !== undefined) {
    using received = receiveLease(lease);
    received.bytes[0] = 1;
    return;
  }
  if (bytes === undefined) return;
  bytes[0] = 1;
  parentPort?.postMessage(bytes, [bytes.buffer]);
});
