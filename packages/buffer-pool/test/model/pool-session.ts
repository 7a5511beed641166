import { createManualClock, isFramerailError, type Lease, type ManualClock } from '@framerail/lifecycle';
import { BT709, type RawFrame } from '@framerail/media-types';
import { type BufferPool, createBufferPool } from '../../src/index.js';
import type { ReclaimRequest } from '../../src/pool/acquire-options.js';
import { settle, type Watched, watch } from '../settled.js';
import { differences } from './compare.js';
import { demand } from './demand.js';
import { expectExpired, trim } from './giving-back.js';
import { Holdings } from './holdings.js';
import { type Fate, type ModelRequest, PoolModel } from './pool-model.js';
import { RecordingAllocator } from './recording-allocator.js';
import { classOf, LAYOUTS, type Setting } from './settings.js';
import { type AskStep, describeStep, type Step } from './steps.js';

interface Asked {
  readonly request: ModelRequest;
  readonly watched: Watched<Lease | RawFrame>;
  readonly controller: AbortController;
}

/** Owners that requests name; the first is the pool itself, unnamed. */
const OWNERS = ['tried', 'decoder', 'preview', 'export'];

/** A pool and its model, to which the same things are done. */
export class PoolSession {
  readonly clock: ManualClock = createManualClock();
  readonly memory: RecordingAllocator;
  readonly model: PoolModel;
  readonly pool: BufferPool;
  readonly holdings: Holdings;
  /** Callbacks that threw, each of which has to become a warning. */
  thrown = 0;
  readonly #setting: Setting;
  #lateWrites = 0;
  #asked: Asked[] = [];
  #nextId = 1;

  constructor(setting: Setting) {
    const { options } = setting;
    this.#setting = setting;
    this.memory = new RecordingAllocator(setting.allocator(), options.maxBytes);
    const { open = createBufferPool } = setting;
    this.pool = open({ ...options, allocator: this.memory, clock: this.clock });
    const { maxBytes, maxWaiters = 1024, agingMs = 1000 } = options;
    this.model = new PoolModel({ name: 'tried', maxBytes, maxWaiters, agingMs });
    this.holdings = new Holdings(this.model, this.memory);
    this.pool.on('lost', () => this.memory.faults.push('a lease was reported as lost that is held'));
    this.pool.on('lateWrite', () => {
      this.#lateWrites += 1;
    });
  }

  /** Does one thing to both. @throws when they disagree */
  async step(step: Step): Promise<void> {
    const { holdings, model, pool } = this;
    switch (step.do) {
      case 'acquire':
      case 'acquireFrame':
        return this.#acquire(step);
      case 'tryAcquire':
        return this.#tryAcquire(step);
      case 'retain':
      case 'release':
      case 'touchReleased':
      case 'sendAway':
        return holdings[step.do](step.which);
      case 'abort':
        return this.#abort(step.which);
      case 'limit': {
        const bytes = Math.floor(step.share * this.#setting.options.maxBytes);
        model.limit(bytes);
        return pool.limit(bytes);
      }
      case 'flush':
      case 'close':
        model.closed ||= step.do === 'close';
        model.refuseAll('E_POOL_CLOSED');
        pool[step.do]();
        return demand(pool.stats().bytesFree === 0, `${step.do} left memory free`);
      case 'settle':
        return this.settle();
    }
    // What follows looks at memory, so it has to be known who has it.
    await this.settle();
    if (step.do === 'trim') return trim(this, step);
    if (step.do === 'advance') return this.#advance(step.ms);
    if (step.do === 'writeLate')
      return this.#setting.options.poison ? holdings.writeLate(step.which) : undefined;
    if (step.do === 'comeHomeMoved' && !this.#setting.movable) return;
    return holdings.endJourney(step.do, step.which);
  }

  /** Compares what can be compared at any moment. @throws what differs */
  check(): void {
    const found = [...this.memory.faults];
    const { model, memory } = this;
    const entersLine = this.#setting.open !== undefined;
    const stats = this.pool.stats();
    found.push(...differences({ model, memory, stats, lateWrites: this.#lateWrites, entersLine }));
    const forgotten = this.model.forgotten();
    if (forgotten !== undefined) found.push(forgotten);
    demand(found.length === 0, found.join('\n'));
    this.holdings.verify();
  }

  /** Lets promises settle, compares what became of the requests and takes what they got. */
  async settle(): Promise<void> {
    if (this.#asked.length > 0) await settle();
    for (const { request, watched } of this.#asked) {
      const { state, error, value } = watched;
      const code = isFramerailError(error) ? (error.code as Fate) : `no Framerail error: ${String(error)}`;
      const is = state === 'pending' ? 'waiting' : state === 'resolved' ? 'granted' : code;
      const what = `request ${request.id} of ${request.byteLength} bytes`;
      demand(is === request.fate, `${what} is ${is} but should be ${request.fate}`);
      if (value !== undefined) this.holdings.take(request, value);
    }
    this.#asked = this.#asked.filter(({ request }) => request.fate === 'waiting');
    this.#countLateWrites();
  }

  /** Closes, gives everything back, and finds nothing left. */
  async end(): Promise<void> {
    const { holdings, memory } = this;
    await this.step({ do: 'close' });
    await this.settle();
    this.check();
    while (holdings.away.length > 0) holdings.endJourney(holdings.away.length % 2 ? 'comeHome' : 'giveUp', 0);
    while (holdings.held.length > 0) holdings.release(0);
    this.#countLateWrites();
    this.check();
    demand(memory.live.length === 0, `${memory.bytes} bytes were not given back`);
    demand(this.#asked.length === 0, 'requests wait for a closed pool');
    demand(this.clock.pendingTimers === 0, `${this.clock.pendingTimers} timers are left`);
  }

  #ask(step: AskStep, wantedMs: number, canWait: boolean, aborted = false) {
    const layout = step.bytes === 0 ? LAYOUTS[step.layout] : undefined;
    const byteLength = layout?.byteLength ?? step.bytes;
    const { maxBytes } = this.#setting.options;
    const { model } = this;
    // Whether a request that won't wait asks back what it can't wait for is nobody's business, nor is the order of
    // timers that fall due together.
    let deadlineMs =
      this.clock.now() +
      (wantedMs === 0 && (this.#setting.open !== undefined || model.candidates().length > 0) ? 1 : wantedMs);
    while (
      Number.isFinite(wantedMs) &&
      deadlineMs > this.clock.now() &&
      model.waiting.some((one) => one.deadlineMs === deadlineMs)
    )
      deadlineMs += 1;
    const { priority, answer } = step;
    const owner = OWNERS[step.owner] as string;
    const classBytes = classOf(byteLength, layout, maxBytes);
    const ask = { id: this.#nextId++, byteLength, classBytes, priority, owner, answer, deadlineMs };
    const request = model.ask(ask, { canWait, aborted });
    const onReclaim = answer === 'none' ? undefined : (asked: ReclaimRequest) => this.#answer(request, asked);
    const options = { priority, layout, onReclaim, ...(step.owner > 0 && { owner }) };
    return { request, byteLength, timeoutMs: deadlineMs - this.clock.now(), options };
  }

  #acquire(step: Extract<Step, { do: 'acquire' | 'acquireFrame' }>): void {
    const { closed, settings } = this.model;
    const controller = new AbortController();
    if (step.do === 'acquireFrame') {
      const { request, timeoutMs, options } = this.#ask(
        { bytes: 0, owner: 0, answer: 'none', ...step },
        step.timeoutMs,
        true,
      );
      const frame = {
        layout: LAYOUTS[step.layout] as (typeof LAYOUTS)[number],
        color: BT709,
        timestampUs: 0,
        durationUs: 0,
      };
      const { priority } = options;
      const promise = this.pool.acquireFrame(frame, { priority, timeoutMs, signal: controller.signal });
      this.#asked.push({ request, watched: watch<Lease | RawFrame>(promise), controller });
      return;
    }
    // Which of two reasons to refuse a request is named is nobody's business.
    const aborted = step.aborted && !closed && step.bytes <= settings.maxBytes;
    if (aborted) controller.abort();
    const { request, byteLength, timeoutMs, options } = this.#ask(step, step.timeoutMs, true, aborted);
    const promise = this.pool.acquire(byteLength, { ...options, timeoutMs, signal: controller.signal });
    promise.then(
      () => Object.assign(request, { arrived: true }),
      () => {},
    );
    this.#asked.push({ request, watched: watch<Lease | RawFrame>(promise), controller });
  }

  #tryAcquire(step: AskStep): void {
    const { request, byteLength, options } = this.#ask(step, Number.POSITIVE_INFINITY, false);
    let lease: Lease | undefined;
    let is: string = 'waiting';
    try {
      lease = this.pool.tryAcquire(byteLength, options);
      if (lease !== undefined) is = 'granted';
    } catch (error) {
      is = isFramerailError(error) ? error.code : String(error);
    }
    const should = request.fate;
    demand(is === should, `tryAcquire of ${byteLength} bytes is ${is} but should be ${should}`);
    if (lease !== undefined) this.holdings.take(request, lease);
  }

  #abort(which: number): void {
    const one = this.#asked[which % Math.max(1, this.#asked.length)];
    if (one === undefined) return;
    this.model.refuse(one.request, 'E_ABORTED');
    one.controller.abort();
  }

  #advance(byMs: number): void {
    const { clock, model } = this;
    const until = clock.now() + byMs;
    const { grants } = model.counts;
    this.memory.freed = [];
    for (;;) {
      const [next] = model.waiting
        .filter((one) => one.deadlineMs <= until)
        .sort((a, b) => a.deadlineMs - b.deadlineMs);
      if (next === undefined) break;
      model.nowMs = next.deadlineMs;
      model.refuse(next, 'E_TIMEOUT');
      clock.advance(next.deadlineMs - clock.now());
    }
    model.nowMs = until;
    clock.advance(until - clock.now());
    const { idleExpiryMs } = this.#setting.options;
    const madeRoom = model.counts.grants > grants;
    // Of memory that was lent meanwhile nobody knows yet.
    if (idleExpiryMs !== undefined && !madeRoom) expectExpired(this, idleExpiryMs);
  }

  #answer(request: ModelRequest, asked: ReclaimRequest): void {
    const wrong = this.model.askedBack(request, asked);
    if (wrong !== undefined) this.memory.faults.push(`lease ${request.id} ${wrong}`);
    const held = this.holdings.held.find((one) => one.request === request && one.first);
    if (request.answer === 'release' && held !== undefined) this.holdings.releaseThis(held);
    if (request.answer !== 'throw') return;
    this.thrown += 1;
    throw new Error(`The holder of lease ${request.id} would rather not`);
  }

  /** Late writes are noticed when memory is lent or given back, so what was given back is looked through as it is settled. */
  #countLateWrites(): void {
    this.holdings.lateWrites += this.memory.freed.filter(({ dirty }) => dirty).length;
    this.memory.freed = [];
    const { lateWrites } = this.holdings;
    demand(
      this.#lateWrites === lateWrites,
      `${this.#lateWrites} late writes were told of, not ${lateWrites}`,
    );
  }
}

/** Runs steps on a new session; after each, or each `every` steps, all is compared. @throws with the step's number and the steps before it */
export async function runSteps(setting: Setting, steps: Iterable<Step>, every = 1): Promise<PoolSession> {
  const session = new PoolSession(setting);
  const last: string[] = [];
  let count = 0;
  try {
    for (const step of steps) {
      count += 1;
      last.push(describeStep(step));
      if (last.length > 40) last.shift();
      await session.step(step);
      if (count % every === 0) session.check();
    }
    await session.end();
  } catch (error) {
    throw new Error(
      `${setting.name}: step ${count}: ${(error as Error).message}\nthe steps before it:\n${last.join('\n')}`,
      { cause: error },
    );
  }
  return session;
}
