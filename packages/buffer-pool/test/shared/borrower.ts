// A worker thread of the tests: borrows from a shared pool, marks every page of what it got as its own, and looks at the
// marks before it gives back.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { attachSharedPool, type SharedPoolHandle } from '../../src/index.js';

/** What a borrower is to do. */
export interface BorrowerOrder {
  readonly handle: SharedPoolHandle;
  /** Its number in the pool. */
  readonly thread: number;
  readonly seed: number;
  /** Leases to take; without end if infinite. */
  readonly leases: number;
  /** Most leases to hold at once. */
  readonly holds: number;
  /** Largest request in bytes; now and then there is one of twice that. */
  readonly maxBytes: number;
  /** Leases between turns of the event loop. */
  readonly rests: number;
}

/** What a borrower found. */
export interface BorrowerReport {
  readonly leases: number;
  readonly waited: number;
  readonly refused: number;
  /** Pages whose mark was somebody else's. */
  readonly spoiled: number;
}

const PAGE_BYTES = 4096;

interface Marked {
  readonly lease: { readonly bytes: Uint8Array; release(): void };
  readonly mark: number;
}

const { handle, thread, seed, leases, holds, maxBytes, rests } = workerData as BorrowerOrder;
const pool = attachSharedPool(handle, { thread });
const held: Marked[] = [];
const found = { leases: 0, waited: 0, refused: 0, spoiled: 0 };

let state = seed;
/** The next of xorshift32's numbers, below `end`. */
function below(end: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % end;
}

/** Goes through the first and the last byte of each page. */
function eachPage(bytes: Uint8Array, see: (at: number) => void): void {
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
    see(at);
    see(Math.min(at + PAGE_BYTES, bytes.length) - 1);
  }
}

function keep(lease: Marked['lease']): void {
  const mark = (thread * 41 + found.leases) & 0xff;
  const { bytes } = lease;
  eachPage(bytes, (at) => {
    bytes[at] = mark;
  });
  held.push({ lease, mark });
  found.leases += 1;
}

function giveBack(): void {
  const [one] = held.splice(below(held.length), 1);
  if (one === undefined) return;
  const { bytes } = one.lease;
  eachPage(bytes, (at) => {
    if (bytes[at] !== one.mark) found.spoiled += 1;
  });
  one.lease.release();
}

/** Mostly small, at times large. */
function size(): number {
  return 1 + below(below(8) === 0 ? maxBytes : 5 * PAGE_BYTES);
}

parentPort?.postMessage('ready');
while (found.leases < leases) {
  if (held.length >= holds) giveBack();
  if (below(300) === 0) {
    // So large that it has to wait, and others behind it.
    while (held.length > 0) giveBack();
    found.waited += 1;
    keep(await pool.acquire(2 * maxBytes, { priority: below(3) }));
    continue;
  }
  const lease = pool.tryAcquire(size());
  if (lease !== undefined) keep(lease);
  else if (held.length > 0) {
    found.refused += 1;
    giveBack();
  } else {
    // Who holds nothing can wait: whoever is waited for gives back without waiting.
    found.waited += 1;
    keep(await pool.acquire(size(), { priority: below(3) }));
  }
  if (found.leases % rests < 2) await sleep(0);
}
while (held.length > 0) giveBack();
const report: BorrowerReport = found;
parentPort?.postMessage(report);
pool.detach();
