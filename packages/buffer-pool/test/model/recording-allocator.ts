import type { Allocator } from '../../src/index.js';

/** A piece of memory that a pool got and has not given back. */
export interface Allocation {
  /** The memory; another view once it came home from another thread. */
  memory: Uint8Array;
  readonly byteLength: number;
  /** Who has it, as far as the outside knows: a loan of which nobody has seen the lease yet still counts as free. */
  state: 'new' | 'lent' | 'free';
  /** When its last loan ended. */
  releasedMs: number;
  /** The priority of its last loan. */
  priority: number;
  /** Whether it was written to after its release. */
  dirty: boolean;
}

/**
 * An allocator between a pool and a real one that remembers everything, and fails the test when the pool holds more than
 * its budget, gives memory back that it hasn't got or gives back what is on loan.
 */
export class RecordingAllocator implements Allocator {
  readonly name: string;
  readonly alignmentBytes: number | undefined;
  readonly live: Allocation[] = [];
  /** What was given back since the list was last emptied. */
  freed: Allocation[] = [];
  allocations = 0;
  bytes = 0;
  peakBytes = 0;
  /** What the pool did wrong, first to last. */
  readonly faults: string[] = [];
  readonly #inner: Allocator;
  readonly #maxBytes: number;

  constructor(inner: Allocator, maxBytes: number) {
    this.#inner = inner;
    this.#maxBytes = maxBytes;
    this.name = inner.name;
    this.alignmentBytes = inner.alignmentBytes;
  }

  allocate(byteLength: number): Uint8Array {
    const memory: unknown = this.#inner.allocate(byteLength);
    // An allocator may be told to fail; the pool has to notice.
    if (!(memory instanceof Uint8Array)) return memory as Uint8Array;
    this.live.push({
      memory,
      byteLength: memory.byteLength,
      state: 'new',
      releasedMs: 0,
      priority: 0,
      dirty: false,
    });
    this.allocations += 1;
    this.bytes += memory.byteLength;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
    if (this.bytes > this.#maxBytes) this.faults.push(`${this.bytes} bytes are held, more than the budget`);
    return memory;
  }

  free(memory: Uint8Array): void {
    const allocation = this.live.find((one) => one.memory === memory) ?? this.holding(memory);
    if (allocation === undefined) {
      this.faults.push(`${memory.byteLength} bytes were given back that are not the pool's`);
      return;
    }
    if (allocation.state === 'lent')
      this.faults.push(`${allocation.byteLength} bytes on loan were given back`);
    this.forget(allocation);
    this.freed.push(allocation);
    this.#inner.free(memory);
  }

  /** The memory is gone without having been given back: it was lost on its way to another thread. */
  forget(allocation: Allocation): void {
    this.live.splice(this.live.indexOf(allocation), 1);
    this.bytes -= allocation.byteLength;
  }

  /** The allocation in which a view lies whole. */
  holding(view: Uint8Array): Allocation | undefined {
    const end = view.byteOffset + view.byteLength;
    return this.live.find(
      ({ memory }) =>
        memory.buffer === view.buffer &&
        memory.byteOffset <= view.byteOffset &&
        end <= memory.byteOffset + memory.byteLength,
    );
  }
}
