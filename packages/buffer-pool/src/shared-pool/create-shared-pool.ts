import {
  type Clock,
  expectInteger,
  expectLimit,
  expectNumber,
  expectObject,
  expectString,
} from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { LeakDetection } from '../leases/call-site.js';
import { expectClock, expectLayouts, expectLeakDetection } from '../pool/option-checks.js';
import { allocationFailed } from '../pool/pool-errors.js';
import { createPoolEvents } from '../pool/pool-events.js';
import {
  type ControlLayout,
  controlLayout,
  HEADER,
  MAGIC,
  MAX_THREADS,
  PAGE_BYTES,
  TOTAL,
  VERSION,
} from './control-layout.js';
import { demandSharedMemory, HANDLE_TYPE, layoutOf } from './handle.js';
import { expectName } from './requests.js';
import { SharedBufferPool } from './shared-buffer-pool.js';
import { sharedClock } from './shared-clock.js';
import { SharedLedger } from './shared-ledger.js';
import type { SharedPool, SharedPoolHandle } from './shared-pool.js';
import { threadTaken, tooManyThreads } from './shared-pool-errors.js';

/** What each thread decides for itself. */
export interface SharedPoolThreadOptions {
  /** As for `createBufferPool`; for leases of this thread. Default `sampled`. */
  readonly leakDetection?: LeakDetection | undefined;
  /**
   * Frames that get classes of their own size to the page in this thread's requests, besides tightly packed ones of 720p,
   * 1080p, UHD, DCI 4K and 8K. Other layouts get one when a frame of theirs is first asked for.
   */
  readonly layouts?: readonly FrameLayout[] | undefined;
  /** Measures waits and ages, and times out; shows the same time in all threads. Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** Options of {@link createSharedPool}. */
export interface SharedPoolOptions extends SharedPoolThreadOptions {
  /** Bytes that may be lent, of 4096 or more; rounded down to whole pages of 4 KiB. There is no default. */
  readonly maxBytes: number;
  /** Free bytes above which the blocks that came back first are no longer kept for requests of their size; default `maxBytes`. */
  readonly maxFreeBytes?: number | undefined;
  /** Requests that may wait at once, of all threads; default 1024. */
  readonly maxWaiters?: number | undefined;
  /** Threads that may take part at once, from 1 to 250; default 64. */
  readonly maxThreads?: number | undefined;
  /** Blocks, lent and free, that there may be at once, up to 65536; default 4096, or one for each page if these are fewer. */
  readonly maxBlocks?: number | undefined;
  /** Names of owners that are counted apart, from 1 to 1024; the memory of further ones counts as the pool's. Default 64. */
  readonly maxOwners?: number | undefined;
  /** Milliseconds of waiting that count as much as 1 of priority; default 1000. */
  readonly agingMs?: number | undefined;
  /** Name for messages and reports; default `shared`. */
  readonly name?: string | undefined;
}

/** Options of {@link attachSharedPool}. */
export interface AttachSharedPoolOptions extends SharedPoolThreadOptions {
  /**
   * The number to take part under, from 1 up and below `maxThreads`. Given by whoever starts the worker, it is known
   * there even if the worker ends before it can tell; default: the first that is free.
   */
  readonly thread?: number | undefined;
}

/**
 * Makes a pool for many threads. All of its memory is set aside at once, as addresses: pages take memory from their
 * first use on. Post `handle` to other threads for `attachSharedPool`, and call `recover` when one of them exits.
 *
 * @param options - the budget, and what else differs from the defaults
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`; `E_INVALID_ARGUMENT`; `E_UNSUPPORTED` where threads can't share
 *   memory; `E_POOL_ALLOCATION_FAILED`
 */
export function createSharedPool(options: SharedPoolOptions): SharedPool {
  demandSharedMemory();
  expectObject('options', options, 'options { maxBytes, … }');
  expectLimit('maxBytes', options.maxBytes);
  const maxBytes = expectInteger('maxBytes', options.maxBytes, {
    min: PAGE_BYTES,
    max: 2 ** 31 * PAGE_BYTES - 1,
  });
  const pages = Math.floor(maxBytes / PAGE_BYTES);
  const budget = pages * PAGE_BYTES;
  const layout = controlLayout({
    pages,
    maxBlocks: expectInteger('maxBlocks', options.maxBlocks ?? Math.min(4096, pages), {
      min: 1,
      max: 65_536,
    }),
    maxThreads: expectInteger('maxThreads', options.maxThreads ?? 64, { min: 1, max: MAX_THREADS }),
    maxWaiters: expectInteger('maxWaiters', options.maxWaiters ?? 1024, { min: 0, max: 65_536 }),
    maxOwners: expectInteger('maxOwners', options.maxOwners ?? 64, { min: 1, max: 1024 }),
  });
  const maxFreeBytes = expectInteger('maxFreeBytes', options.maxFreeBytes ?? budget, { min: 0 });
  const agingMs = expectNumber('agingMs', options.agingMs ?? 1000, { min: 1e-6 });
  const name = expectName('name', expectString('name', options.name ?? 'shared'));
  const own = threadOptions(name, options);
  const handle: SharedPoolHandle = Object.freeze({
    type: HANDLE_TYPE,
    version: VERSION,
    name,
    control: allocate(layout.byteLength),
    arena: allocate(budget),
  });
  writeHeader(handle.control, layout);
  const ledger = new SharedLedger(handle.control, layout, 0);
  ledger.control.setTotal(TOTAL.agingMs, agingMs);
  ledger.control.setTotal(TOTAL.maxFreeBytes, Math.min(maxFreeBytes, budget));
  ledger.control.setTotal(TOTAL.limitBytes, budget);
  ledger.control.commit();
  ledger.stock.extents.initialize();
  ledger.line.initialize();
  ledger.owners.ensure(name);
  return new SharedBufferPool({
    ...own,
    handle,
    layout,
    ledger,
    part: ledger.threads.claim(0),
    isCreator: true,
  });
}

/**
 * Takes part in a shared pool. One thread may do so any number of times, each time as another thread of the pool.
 *
 * @param handle - the `handle` of the pool, as it was posted
 * @param options - this thread's number and what it decides for itself
 * @throws FramerailError `E_INVALID_ARGUMENT` for what is no handle; `E_POOL_VERSION` for one of another version;
 *   `E_POOL_BUSY` if the number is taken or there is none left; `E_UNSUPPORTED`
 */
export function attachSharedPool(
  handle: SharedPoolHandle,
  options: AttachSharedPoolOptions = {},
): SharedPool {
  demandSharedMemory();
  const layout = layoutOf(handle);
  expectObject('options', options, 'options { thread, … }');
  const own = threadOptions(handle.name, options);
  const { thread } = options;
  const last = layout.maxThreads - 1;
  if (thread !== undefined) expectInteger('thread', thread, { min: 1, max: last });
  for (let number = thread ?? 1; number <= (thread ?? last); number += 1) {
    const ledger = new SharedLedger(handle.control, layout, number);
    const part = ledger.threads.claim(number);
    if (part !== 0) return new SharedBufferPool({ ...own, handle, layout, ledger, part, isCreator: false });
  }
  throw thread === undefined
    ? tooManyThreads(handle.name, layout.maxThreads)
    : threadTaken(handle.name, thread);
}

function threadOptions(name: string, options: SharedPoolThreadOptions) {
  const { leakDetection = 'sampled', clock = sharedClock, layouts = [] } = options;
  return {
    leakDetection: expectLeakDetection(leakDetection),
    layouts: expectLayouts(layouts),
    clock: expectClock(clock),
    events: createPoolEvents(name),
  };
}

function writeHeader(control: SharedArrayBuffer, layout: ControlLayout): void {
  const words = new Int32Array(control);
  words[HEADER.version] = VERSION;
  words[HEADER.pages] = layout.pages;
  words[HEADER.maxBlocks] = layout.maxBlocks;
  words[HEADER.maxThreads] = layout.maxThreads;
  words[HEADER.maxWaiters] = layout.maxWaiters;
  words[HEADER.maxOwners] = layout.maxOwners;
  words[HEADER.magic] = MAGIC;
}

function allocate(byteLength: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(byteLength);
  } catch (cause) {
    throw allocationFailed('shared', byteLength, cause);
  }
}
