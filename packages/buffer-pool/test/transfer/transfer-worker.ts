// The other thread of the tests of transfers: it does as it is told, one order at a time, and answers each.
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Lease } from '@framerail/lifecycle';
import {
  createBufferPool,
  nativeAllocator,
  receiveFrame,
  receiveLease,
  transferLease,
} from '../../src/index.js';

/** What the thread can be told. */
export interface Order {
  readonly deed:
    | 'receive'
    | 'receiveFrame'
    | 'keep'
    | 'fill'
    | 'sum'
    | 'retain'
    | 'release'
    | 'lose'
    | 'sendTo'
    | 'lend'
    | 'inUse'
    | 'wait';
  /** A message of `transferLease`. */
  readonly message?: unknown;
  /** What to fill with. */
  readonly value?: number;
  /** Bytes to lend. */
  readonly byteLength?: number;
  /** Where to send a lease on. */
  readonly port?: MessagePort;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const leases: Lease[] = [];
const kept: unknown[] = [];
const { addonPath } = (workerData ?? {}) as { addonPath?: string };
const binding = addonPath === undefined ? undefined : createRequire(import.meta.url)(addonPath);
const pool = createBufferPool({
  maxBytes: 1 << 20,
  ...(binding === undefined ? {} : { allocator: nativeAllocator({ binding }) }),
});

parentPort?.on('message', (order: Order) => {
  Promise.resolve()
    .then(() => obey(order))
    .then(
      (answer) => parentPort?.postMessage({ answer }),
      (error: { code?: string }) => parentPort?.postMessage({ code: error.code, text: String(error) }),
    );
});

function obey({ deed, message, value = 0, byteLength = 1, port }: Order): unknown {
  const last = () => leases.at(-1) as Lease;
  switch (deed) {
    case 'receive':
      return leases.push(receiveLease(message));
    case 'receiveFrame': {
      using frame = receiveFrame(message);
      const { layout, color, timestampUs, durationUs } = frame;
      return { layout, color, timestampUs, durationUs, sum: sum(frame.data) };
    }
    case 'keep':
      return kept.push(message);
    case 'fill':
      last().bytes.fill(value);
      return undefined;
    case 'sum':
      return sum(last().bytes);
    case 'retain':
      return leases.push(last().retain());
    case 'release':
      (leases.pop() as Lease).release();
      return leases.length;
    case 'lose':
      leases.length = 0;
      setTimeout(collectGarbage, 0);
      setTimeout(collectGarbage, 20);
      return undefined;
    case 'sendTo': {
      const { message: sent, transfer } = transferLease(leases.pop() as Lease);
      port?.postMessage(sent, transfer);
      return sent.passage;
    }
    case 'lend': {
      const lease = pool.tryAcquire(byteLength) as Lease;
      lease.bytes.fill(value);
      return leases.push(lease);
    }
    case 'inUse':
      return pool.stats().bytesInUse;
    case 'wait':
      return new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
