import { createManualClock, type Lease, type ManualClock } from '@framerail/lifecycle';
import { expect } from 'vitest';
import { attachSharedPool, createSharedPool, type SharedPool } from '../../src/index.js';
import { EXTENT_STATE } from '../../src/shared-pool/control-layout.js';
import { type Watched, watch } from '../settled.js';
import { audit } from './audit.js';
import { AGING_MS, MEMBERS, PAGE_BYTES, PAGES, type Step } from './pool-steps.js';

interface Request {
  readonly id: number;
  readonly by: number;
  readonly thread: number;
  readonly pages: number;
  /** Its place in the line: larger first. */
  readonly key: number;
  readonly deadlineMs: number;
  readonly controller: AbortController;
  readonly watched: Watched<Lease>;
  isSeen: boolean;
}

interface Loan {
  readonly id: number;
  /** Number of its thread in the pool, which another member may get once it has left. */
  readonly thread: number;
  readonly pages: number;
  readonly leases: Lease[];
  readonly bytes: Uint8Array;
}

/** Three threads of a pool, all in this one, beside lists of who waits and who has what. */
export class SharedWorld {
  readonly #clock: ManualClock = createManualClock();
  readonly #members: SharedPool[] = [];
  #waiting: Request[] = [];
  #loans: Loan[] = [];
  #limit = PAGES;
  #ids = 0;

  constructor() {
    const clock = this.#clock;
    const pool = createSharedPool({
      maxBytes: PAGES * PAGE_BYTES,
      agingMs: AGING_MS,
      clock,
      leakDetection: 'full',
    });
    this.#members.push(pool);
    for (let member = 1; member < MEMBERS; member += 1)
      this.#members.push(attachSharedPool(pool.handle, { clock }));
  }

  /** Does a step, lets everybody hear of it, and compares. */
  async take(one: Step): Promise<void> {
    const before = [...this.#waiting];
    const mayOvertake = this.#do(one);
    await this.#hear();
    this.#demandOrder(before, mayOvertake);
    this.#compare();
  }

  /** Gives everything back, and ends. */
  async end(): Promise<void> {
    await this.take({ kind: 'flush', by: 1 });
    expect(this.#waiting).toEqual([]);
    for (const member of this.#members.slice(1)) member.detach();
    this.#first.close();
    for (const loan of this.#loans) for (const lease of loan.leases) lease.release();
    this.#loans = [];
    this.#compare();
    expect(audit(this.#first.handle)).toHaveLength(1);
  }

  get #first(): SharedPool {
    return this.#members[0] as SharedPool;
  }

  /** @returns requests that leave the line otherwise than by being served */
  #do(one: Step): (request: Request) => boolean {
    const isHis = (request: { by: number }) => 'by' in one && request.by === one.by;
    switch (one.kind) {
      case 'acquire':
        this.#ask(one);
        break;
      case 'tryAcquire': {
        const { by, priority } = one;
        const key = this.#key(priority);
        const isNext = !this.#waiting.some((other) => other.key >= key);
        const isServed = isNext && this.#canServe(one.pages);
        const lease = this.#member(by).tryAcquire(one.pages * PAGE_BYTES, { priority });
        expect(lease !== undefined).toBe(isServed);
        if (lease !== undefined) this.#keep(++this.#ids, this.#member(by).thread, one.pages, lease);
        break;
      }
      case 'release': {
        const loan = this.#loans[one.which % this.#loans.length];
        loan?.leases.pop()?.release();
        this.#loans = this.#loans.filter(({ leases }) => leases.length > 0);
        break;
      }
      case 'retain': {
        const loan = this.#loans[one.which % this.#loans.length];
        if (loan !== undefined) loan.leases.push((loan.leases[0] as Lease).retain());
        break;
      }
      case 'abort': {
        const request = this.#waiting[one.which % this.#waiting.length];
        request?.controller.abort();
        return (other) => other === request;
      }
      case 'advance':
        this.#clock.advance(one.byMs);
        return ({ deadlineMs }) => deadlineMs <= this.#clock.now();
      case 'limit':
        this.#limit = one.pages;
        this.#first.limit(one.pages * PAGE_BYTES);
        break;
      case 'trim':
        this.#member(one.by).trim();
        expect(this.#first.stats().bytesFree).toBe(0);
        break;
      case 'flush':
        this.#member(one.by).flush();
        return () => true;
      case 'detach':
      case 'die':
        if (one.by === 0) break;
        this.#replace(one.by, one.kind === 'die');
        return isHis;
    }
    return () => false;
  }

  #ask({ by, pages, priority, timeoutMs }: Extract<Step, { kind: 'acquire' }>): void {
    const controller = new AbortController();
    const { signal } = controller;
    const watched = watch(this.#member(by).acquire(pages * PAGE_BYTES, { priority, timeoutMs, signal }));
    const nowMs = this.#clock.now();
    const request = {
      id: ++this.#ids,
      by,
      thread: this.#member(by).thread,
      pages,
      key: this.#key(priority),
      deadlineMs: nowMs + timeoutMs,
      controller,
      watched,
      isSeen: false,
    };
    const behind = this.#waiting.findIndex(({ key }) => key < request.key);
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, request);
  }

  /** Another thread in the place of one that leaves, or that ends with all it has. */
  #replace(by: number, dies: boolean): void {
    const member = this.#member(by);
    if (dies) {
      const blocks = this.#loans.filter(({ thread }) => thread === member.thread).length;
      expect(this.#first.recover(member.thread)).toBe(blocks);
      this.#loans = this.#loans.filter(({ thread }) => thread !== member.thread);
    } else member.detach();
    this.#members[by] = attachSharedPool(this.#first.handle, { clock: this.#clock });
  }

  /** Lets everything be heard that was decided. */
  async #hear(): Promise<void> {
    for (let turn = 0; turn < 3000; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const pending = this.#waiting.filter(({ watched }) => watched.state === 'pending').length;
      if (turn > 2 && pending === this.#first.stats().waiting) break;
    }
  }

  /** Who was served, was so in the order of the line; who is at its head can't be. */
  #demandOrder(before: readonly Request[], mayLeave: (request: Request) => boolean): void {
    const isServed = ({ watched }: Request) => watched.state === 'resolved';
    const line = this.#waiting.filter((request) =>
      before.includes(request) ? !mayLeave(request) || isServed(request) : true,
    );
    const states = line.map(({ watched }) => (watched.state === 'pending' ? 'waits' : 'is settled'));
    const firstWaiting = states.indexOf('waits');
    if (firstWaiting >= 0) {
      const overtakers = line
        .slice(firstWaiting)
        .filter((request) => isServed(request) && before.includes(request));
      expect(overtakers).toEqual([]);
    }
    for (const request of this.#waiting) {
      const { watched, isSeen } = request;
      if (watched.state === 'resolved' && !isSeen) {
        request.isSeen = true;
        this.#keep(request.id, request.thread, request.pages, watched.value as Lease);
      } else if (watched.state === 'rejected')
        expect((watched.error as { code: string }).code).toMatch(
          /E_TIMEOUT|E_ABORTED|E_POOL_CLOSED|E_POOL_DETACHED/,
        );
    }
    this.#waiting = this.#waiting.filter(({ watched }) => watched.state === 'pending');
    const head = this.#waiting[0];
    if (head !== undefined) expect(this.#canServe(head.pages)).toBe(false);
  }

  #compare(): void {
    const lentPages = this.#loans.reduce((sum, loan) => sum + loan.pages, 0);
    expect(this.#first.stats()).toMatchObject({
      leases: this.#loans.length,
      bytesInUse: lentPages * PAGE_BYTES,
      bytesWasted: 0,
      waiting: this.#waiting.length,
    });
    for (const { id, bytes } of this.#loans) {
      for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
        if (bytes[at] !== id % 251 || bytes[at + PAGE_BYTES - 1] !== id % 251)
          throw new Error(`loan ${id} was written to`);
      }
    }
    audit(this.#first.handle);
  }

  #canServe(pages: number): boolean {
    const lentPages = this.#loans.reduce((sum, loan) => sum + loan.pages, 0);
    if (lentPages > 0 && lentPages + pages > this.#limit) return false;
    let run = 0;
    for (const one of audit(this.#first.handle)) {
      run = one.state === EXTENT_STATE.lent ? 0 : run + one.pages;
      if (run >= pages) return true;
    }
    return false;
  }

  #keep(id: number, thread: number, pages: number, lease: Lease): void {
    expect(lease.bytes.byteLength).toBe(pages * PAGE_BYTES);
    lease.bytes.fill(id % 251);
    this.#loans.push({ id, thread, pages, leases: [lease], bytes: lease.bytes });
  }

  #key(priority: number): number {
    return priority - this.#clock.now() / AGING_MS;
  }

  #member(index: number): SharedPool {
    return this.#members[index] as SharedPool;
  }
}
