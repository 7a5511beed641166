import { expectObject, expectString, invalidArgument } from '@framerail/lifecycle';
import {
  type ControlLayout,
  controlLayout,
  HEADER,
  MAGIC,
  MAX_THREADS,
  PAGE_BYTES,
  VERSION,
} from './control-layout.js';
import type { SharedPoolHandle } from './shared-pool.js';
import { noSharedMemory, otherVersion } from './shared-pool-errors.js';

/** Says how to tell handles from other messages. */
export const HANDLE_TYPE = 'framerail-shared-pool';

/** @throws FramerailError `E_UNSUPPORTED` where threads can't share memory or wait for each other */
export function demandSharedMemory(): void {
  if (typeof SharedArrayBuffer === 'undefined') throw noSharedMemory('SharedArrayBuffer');
  if (typeof Atomics.waitAsync !== 'function') throw noSharedMemory('Atomics.waitAsync');
}

/**
 * Checks a handle against what it leads to.
 *
 * @returns where the bookkeeping lies
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_POOL_VERSION`
 */
export function layoutOf(handle: SharedPoolHandle): ControlLayout {
  expectObject('handle', handle, "a shared pool's handle");
  if (handle.type !== HANDLE_TYPE)
    throw invalidArgument('handle.type', JSON.stringify(HANDLE_TYPE), handle.type);
  if (handle.version !== VERSION) throw otherVersion(VERSION, handle.version);
  expectString('handle.name', handle.name);
  const control = expectShared('handle.control', handle.control);
  const arena = expectShared('handle.arena', handle.arena);
  const header = new Int32Array(control, 0, Math.min(control.byteLength >>> 2, 64));
  const get = (at: number) => header[at] ?? 0;
  if (get(HEADER.magic) !== MAGIC) throw invalidArgument('handle.control', 'a shared pool', control);
  if (get(HEADER.version) !== VERSION) throw otherVersion(VERSION, get(HEADER.version));
  const layout = controlLayout({
    pages: get(HEADER.pages),
    maxBlocks: get(HEADER.maxBlocks),
    maxThreads: get(HEADER.maxThreads),
    maxWaiters: get(HEADER.maxWaiters),
    maxOwners: get(HEADER.maxOwners),
  });
  const isWhole = layout.byteLength === control.byteLength && layout.maxThreads <= MAX_THREADS;
  if (!isWhole) throw invalidArgument('handle.control', `${layout.byteLength} bytes`, control.byteLength);
  const arenaBytes = layout.pages * PAGE_BYTES;
  if (arena.byteLength !== arenaBytes)
    throw invalidArgument('handle.arena.byteLength', `${arenaBytes} bytes`, arena.byteLength);
  return layout;
}

function expectShared(name: string, value: unknown): SharedArrayBuffer {
  // By its tag, which is the same in all realms.
  if (Object.prototype.toString.call(value) === '[object SharedArrayBuffer]')
    return value as SharedArrayBuffer;
  throw invalidArgument(name, 'a SharedArrayBuffer', value);
}
