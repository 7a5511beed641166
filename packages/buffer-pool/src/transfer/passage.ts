import { detachBuffer } from '../allocators/detach.js';
import type { Passage, ReturnPort } from './lease-message.js';

/** Memory in the form in which it leaves its thread. */
export interface Luggage {
  /** What is posted. */
  readonly memory: Uint8Array;
  /** How. */
  readonly passage: Passage;
}

/**
 * Blocks of a page and more that fill their buffer but for what aligning cost have it for themselves. Smaller ones, and
 * parts of larger buffers, may have neighbours there, which a transfer would take along.
 */
const MIN_MOVED_BYTES = 4096;
const MAX_SLACK_BYTES = 64;

/** Node's `worker_threads`, where there is one. Not imported, because browsers have none. */
interface NodeThreads {
  readonly isMainThread: boolean;
  isMarkedAsUntransferable?(value: object): boolean;
}

/** `ArrayBuffer.prototype.transfer` of ES2024. */
interface Movable {
  transfer?(): ArrayBuffer;
}

/**
 * Makes memory ready to be posted. Memory that can be moved is moved at once: from then on older views of it are empty.
 *
 * @param memory - a whole block, which nobody else uses
 * @param usedBytes - how many of its bytes mean something
 */
export function pack(memory: Uint8Array, usedBytes: number): Luggage {
  const { buffer, byteOffset, byteLength } = memory;
  if (isShared(buffer)) return { memory, passage: 'shared' };
  const moved = mayBeMoved(memory) ? moveBuffer(buffer) : undefined;
  if (moved !== undefined) return { memory: new Uint8Array(moved, byteOffset, byteLength), passage: 'moved' };
  // Not by slice: that of Node's Buffer gives a view.
  const copy = new Uint8Array(usedBytes);
  copy.set(memory.subarray(0, usedBytes));
  return { memory: copy, passage: 'copied' };
}

/** What has to be transferred so that the memory arrives. */
export function transferListOf({ memory, passage }: Luggage): ArrayBuffer[] {
  return passage === 'shared' ? [] : [memory.buffer as ArrayBuffer];
}

/** Sends memory back through its port, which is closed behind it. On a port that was posted on it does nothing. */
export function sendHome(luggage: Luggage, port: ReturnPort): void {
  const { memory, passage } = luggage;
  try {
    if (passage === 'moved') port.postMessage({ memory }, transferListOf(luggage));
    else port.postMessage({}, []);
  } catch {
    // The holder transferred the memory to somebody else: the port closes without a message, and home gives it up.
  }
  port.close();
  if (passage === 'copied') detachBuffer(memory.buffer);
}

function isShared(buffer: ArrayBufferLike): boolean {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
}

function mayBeMoved(memory: Uint8Array): boolean {
  const { buffer, byteLength } = memory;
  if (byteLength < MIN_MOVED_BYTES || buffer.byteLength - byteLength > MAX_SLACK_BYTES) return false;
  const host = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const threads = host.process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined;
  // Node marks memory of addons, which is freed when the thread that allocated it ends: others may outlive a worker, but
  // not the main thread.
  return threads === undefined || threads.isMainThread || threads.isMarkedAsUntransferable?.(buffer) !== true;
}

/** The same memory under a new ArrayBuffer, without Node's mark; `undefined` if it can't be had, as with WebAssembly's. */
function moveBuffer(buffer: ArrayBufferLike): ArrayBuffer | undefined {
  try {
    const { transfer } = buffer as Movable;
    return transfer === undefined
      ? structuredClone(buffer as ArrayBuffer, { transfer: [buffer as ArrayBuffer] })
      : transfer.call(buffer);
  } catch {
    return undefined;
  }
}
