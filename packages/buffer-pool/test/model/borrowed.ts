import type { Lease } from '@framerail/lifecycle';
import { codeOf, demand } from './demand.js';
import type { Allocation, RecordingAllocator } from './recording-allocator.js';

interface Borrowed {
  readonly lease: Lease;
  readonly allocation: Allocation;
  readonly mark: number;
}

/**
 * Leases that somebody has, each with a mark in its memory: no two may overlap, and nobody else may write there. Knows
 * nothing of when they should be given, unlike `Holdings`.
 */
export class BorrowedLeases {
  readonly leases: Borrowed[] = [];
  readonly #memory: RecordingAllocator;
  readonly #released: Lease[] = [];
  #marks = 0;

  constructor(memory: RecordingAllocator) {
    this.#memory = memory;
  }

  /** Bytes of the blocks that somebody has. */
  get bytes(): number {
    return [...this.blocks].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** The blocks that somebody has; a retained lease shares its block. */
  get blocks(): Set<Allocation> {
    return new Set(this.leases.map(({ allocation }) => allocation));
  }

  /** Takes a lease that was given for a request of so many bytes. */
  take(lease: Lease, byteLength: number): void {
    demand(lease.byteLength === byteLength, `${lease.byteLength} bytes were given, not ${byteLength}`);
    const { bytes } = lease;
    const allocation = this.#memory.holding(bytes);
    if (allocation === undefined) throw new Error('A lease lies in memory that the pool does not have');
    demand(!this.blocks.has(allocation), 'a lease overlaps another one');
    demand(!this.leases.some((one) => one.lease === lease), 'a lease object was given that somebody has');
    this.#marks = (this.#marks + 1) % 199;
    bytes[0] = this.#marks;
    bytes[byteLength - 1] = this.#marks;
    allocation.state = 'lent';
    this.leases.push({ lease, allocation, mark: this.#marks });
  }

  /** One more holder of a lease. */
  retain(which: number): void {
    const one = this.#pick(which);
    if (one !== undefined) this.leases.push({ ...one, lease: one.lease.retain() });
  }

  /** Gives one back; its object is refused from then on. */
  release(which: number): void {
    const one = this.#pick(which);
    if (one !== undefined) this.giveBack(one.lease);
  }

  /** Gives a certain one back, if somebody has it. @returns whether that was so */
  giveBack(lease: Lease): boolean {
    const index = this.leases.findIndex((one) => one.lease === lease);
    const [one] = index < 0 ? [] : this.leases.splice(index, 1);
    if (one === undefined) return false;
    this.#verify(one);
    if (!this.blocks.has(one.allocation)) one.allocation.state = 'free';
    this.#released.push(lease);
    if (this.#released.length > 200) this.#released.shift();
    lease.release();
    return true;
  }

  /** Uses one that was released. */
  misuse(which: number): void {
    const lease = this.#released[which % Math.max(1, this.#released.length)];
    if (lease === undefined) return;
    demand(codeOf(() => lease.bytes) === 'E_LEASE_RELEASED', 'a released lease could be read');
    demand(codeOf(() => lease.release()) === 'E_LEASE_RELEASED', 'a lease could be released twice');
  }

  /** Everybody's memory is as they left it. */
  verify(): void {
    for (const one of this.leases) this.#verify(one);
  }

  #verify({ lease, mark }: Borrowed): void {
    const { bytes } = lease;
    const whole = bytes[0] === mark && bytes[bytes.byteLength - 1] === mark;
    demand(whole, `a lease of ${bytes.byteLength} bytes was written to by somebody else`);
  }

  #pick(which: number): Borrowed | undefined {
    return this.leases[which % Math.max(1, this.leases.length)];
  }
}
