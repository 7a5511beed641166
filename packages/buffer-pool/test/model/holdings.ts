import type { Lease } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { AwayBlock } from '../../src/leases/away-block.js';
import { codeOf, demand } from './demand.js';
import type { ModelRequest, PoolModel } from './pool-model.js';
import type { Allocation, RecordingAllocator } from './recording-allocator.js';

/** A lease or a frame, and what is known of it. */
export interface Held {
  readonly request: ModelRequest;
  readonly given: Lease | RawFrame;
  readonly allocation: Allocation;
  /** A view that was taken while the memory was on loan. */
  readonly view: Uint8Array;
  /** Whether it is what the request gave, and not one that was retained. */
  readonly first: boolean;
}

/** Released leases that are remembered, to be used by mistake; a pool may use its lease objects again after 8192 releases. */
const REMEMBERED = 500;
const REUSED_AFTER = 8192;

/** Bytes between those that are written and looked at. */
const STRIDE = 4096;

/** What the borrowers of a pool have: live leases with a pattern in their memory, released ones, and memory that is away. */
export class Holdings {
  readonly held: Held[] = [];
  readonly away: { readonly held: Held; readonly block: AwayBlock }[] = [];
  /** Late writes that the pool has to notice. */
  lateWrites = 0;
  readonly #model: PoolModel;
  readonly #memory: RecordingAllocator;
  readonly #released: Held[] = [];
  readonly #releasedAt = new WeakMap<object, number>();
  #releases = 0;

  constructor(model: PoolModel, memory: RecordingAllocator) {
    this.#model = model;
    this.#memory = memory;
  }

  /** Takes what a request got: its memory must be nobody else's, and of the right class. */
  take(request: ModelRequest, given: Lease | RawFrame): void {
    const view = bytesOf(given);
    const what = `lease ${request.id} of ${request.byteLength} bytes`;
    demand(view.byteLength === request.byteLength, `${what} has ${view.byteLength}`);
    const allocation = this.#memory.holding(view);
    if (allocation === undefined) throw new Error(`${what} lies in memory that the pool does not have`);
    demand(
      allocation.byteLength === request.classBytes,
      `${what} is a block of ${allocation.byteLength}, not of ${request.classBytes}`,
    );
    demand(allocation.state !== 'lent', `${what} overlaps another lease`);
    const releasedAt = this.#releasedAt.get(given);
    demand(
      releasedAt === undefined || this.#releases - releasedAt >= REUSED_AFTER,
      `${what} is an object that was released a moment ago`,
    );
    demand(!this.held.some((one) => one.given === given), `${what} is an object that somebody has`);
    if (allocation.dirty) this.lateWrites += 1;
    Object.assign(allocation, { state: 'lent', dirty: false });
    const held = { request, given, allocation, view, first: true };
    Object.assign(request, { arrived: true, settled: true });
    for (let at = 0; at < view.byteLength; at += STRIDE) view[at] = mark(request);
    view[view.byteLength - 1] = mark(request);
    this.held.push(held);
  }

  /** Everybody's pattern is where it was written. */
  verify(): void {
    for (const held of this.held) this.#verify(held);
  }

  retain(which: number): void {
    const held = this.#pick(which, ({ given }) => 'retain' in given);
    if (held === undefined) return;
    const given = (held.given as Lease).retain();
    demand(given !== held.given, 'retain gave the same object');
    held.request.holders += 1;
    this.held.push({ ...held, given, view: bytesOf(given), first: false });
    this.#verify(this.held.at(-1) as Held);
  }

  release(which: number): void {
    const held = this.#pick(which);
    if (held !== undefined) this.releaseThis(held);
  }

  /** Gives one lease back, and sees that it can't be used any more. */
  releaseThis(held: Held): void {
    const { request, given } = held;
    this.#verify(held);
    this.#part(held);
    if (request.holders === 1) this.#free(held);
    this.#model.release(request);
    give(given);
    this.#released.push(held);
    if (this.#released.length > REMEMBERED) this.#released.shift();
    this.#releasedAt.set(given, ++this.#releases);
  }

  /** Uses a lease that was released some time ago. */
  touchReleased(which: number): void {
    const held = this.#released[which % Math.max(1, this.#released.length)];
    if (held === undefined) return;
    const { given, request } = held;
    demand(codeOf(() => bytesOf(given)) === 'E_LEASE_RELEASED', `released lease ${request.id} could be read`);
    demand(codeOf(() => give(given)) === 'E_LEASE_RELEASED', `lease ${request.id} could be released twice`);
    if (!('retain' in given)) return;
    demand(
      codeOf(() => given.retain()) === 'E_LEASE_RELEASED',
      `released lease ${request.id} could be retained`,
    );
    demand(given.byteLength === request.byteLength, `released lease ${request.id} has forgotten its size`);
  }

  /** Writes to free memory through a view that was kept. */
  writeLate(which: number): void {
    const free = this.#released.filter(
      ({ allocation, view }) => allocation.state === 'free' && !allocation.dirty && view.byteLength > 0,
    );
    const held = free[which % Math.max(1, free.length)];
    if (
      held === undefined ||
      !this.#memory.live.includes(held.allocation) ||
      held.allocation.memory.buffer !== held.view.buffer
    )
      return;
    const { view, allocation } = held;
    view[view.byteLength - 1] = ~(view[view.byteLength - 1] as number);
    allocation.dirty = true;
  }

  sendAway(which: number): void {
    const held = this.#pick(which, ({ given }) => 'sendAway' in given);
    if (held === undefined) return;
    const lease = held.given as Lease & { sendAway(): AwayBlock };
    if (held.request.holders > 1) {
      demand(
        codeOf(() => lease.sendAway()) === 'E_LEASE_SHARED',
        'a lease that somebody else has could be sent away',
      );
      return;
    }
    this.#verify(held);
    this.#part(held);
    const block = lease.sendAway();
    demand(
      block.byteLength === held.request.byteLength,
      `${block.byteLength} bytes were sent away, not ${held.request.byteLength}`,
    );
    demand(block.memory.byteLength === held.request.classBytes, 'another block was sent away');
    demand(codeOf(() => lease.bytes) === 'E_LEASE_RELEASED', 'a lease that was sent away could be read');
    this.away.push({ held, block });
  }

  /** Memory comes back, in the same buffer or in another one, or never. */
  endJourney(how: 'comeHome' | 'comeHomeMoved' | 'giveUp', which: number): void {
    const [one] = this.away.splice(which % Math.max(1, this.away.length), 1);
    if (one === undefined) return;
    const { held, block } = one;
    const { allocation } = held;
    this.#free(held);
    if (how === 'comeHomeMoved') {
      allocation.memory = structuredClone(allocation.memory, {
        transfer: [allocation.memory.buffer as ArrayBuffer],
      });
    }
    if (how === 'giveUp') this.#memory.forget(allocation);
    this.#model.release(held.request);
    if (how === 'giveUp') block.giveUp();
    else block.comeHome(allocation.memory);
    // All that comes later is ignored.
    block.giveUp();
    block.comeHome(allocation.memory);
  }

  #verify({ request, view, given }: Held): void {
    const same = view[0] === mark(request) && view[view.byteLength - 1] === mark(request);
    demand(
      same && bytesOf(given).byteOffset === view.byteOffset,
      `lease ${request.id} was written to by somebody else`,
    );
    for (let at = STRIDE; at < view.byteLength - 1; at += STRIDE) {
      demand(view[at] === mark(request), `lease ${request.id} was written to by somebody else at ${at}`);
    }
  }

  #pick(which: number, suits: (held: Held) => boolean = () => true): Held | undefined {
    const able = this.held.filter(suits);
    return able[which % Math.max(1, able.length)];
  }

  #part(held: Held): void {
    this.held.splice(this.held.indexOf(held), 1);
    if (held.first) held.request.firstHolds = false;
  }

  #free({ allocation, request }: Held): void {
    Object.assign(allocation, { state: 'free', releasedMs: this.#model.nowMs, priority: request.priority });
  }
}

function bytesOf(given: Lease | RawFrame): Uint8Array {
  return 'bytes' in given ? given.bytes : given.data;
}

function give(given: Lease | RawFrame): void {
  if ('release' in given) given.release();
  else given[Symbol.dispose]();
}

/** What a lease's memory is marked with: never what poison is. */
function mark({ id }: ModelRequest): number {
  return id % 199;
}
