import type { Clock } from '@framerail/lifecycle';
import type { TaskEngine } from '../engines/task-engine.js';
import type { Dealer } from '../lanes/dealer.js';
import type { Lane } from '../lanes/lane.js';
import type { NameStates } from '../lanes/name-state.js';
import type { TaskCost, TaskRecord } from '../task/task-record.js';
import type { QueueTime } from './queue-time.js';
import { WakeTimes } from './wake-times.js';

/** Milliseconds for which tasks are begun without letting the event loop turn. */
const SLICE_MS = 1.5;
/** Milliseconds until a claim is tried again that failed. */
const FAILED_WAIT_MS = 500;
/** Settlements that may wait: beyond these nothing more is begun until the engine has caught up. */
const MAX_UNSETTLED = 8192;

/** What claiming needs around it. */
export interface ClaimingParts {
  readonly engine: TaskEngine;
  readonly clock: Clock;
  readonly time: QueueTime;
  readonly lanes: readonly Lane[];
  readonly dealer: Dealer;
  readonly names: NameStates;
  readonly slots: number;
  readonly owner: string;
  /** Slots that are taken. */
  slotsTaken(): number;
  /** Settlements that wait. */
  unsettled(): number;
  /** From when on a lease that begins now may be taken away. */
  leaseUntil(nowMs: number): number;
  /** What is free of the machine; `undefined`: nobody counts. */
  free(): TaskCost | undefined;
  /** Sorts out what was claimed: what may be held, and the rest is given back. */
  admit(lane: Lane, records: readonly TaskRecord[]): Promise<readonly TaskRecord[]> | readonly TaskRecord[];
  /** Begins what is held, or gives it back. */
  begin(lane: Lane, record: TaskRecord, nowMs: number): void;
  onError(during: string, error: unknown): void;
}

/** Keeps the slots busy: claims for lanes that have any to fill, and begins what was claimed. */
export class Claiming {
  readonly #parts: ClaimingParts;
  #isRunning = false;
  #isWanted = false;
  #isScheduled = false;
  #isStopped = true;
  #sliceStartMs = 0;
  #claims = new Set<Promise<void>>();
  readonly #times: WakeTimes;
  readonly #idleTimes: WakeTimes;

  constructor(parts: ClaimingParts) {
    this.#parts = parts;
    const wake = (): void => {
      this.#parts.names.clearRoom();
      this.wake();
    };
    this.#times = new WakeTimes(parts.clock, wake);
    this.#idleTimes = new WakeTimes(parts.clock, wake, { background: true });
  }

  /** From now on tasks are claimed and begun. */
  start(): void {
    this.#isStopped = false;
    this.wake();
  }

  /** Nothing is claimed or begun any more. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#times.close();
    this.#idleTimes.close();
    await Promise.all(this.#claims);
  }

  /** The engine may have work: of a lane, or of any. */
  wake(lane?: Lane): void {
    const nowMs = this.#parts.clock.now();
    if (lane === undefined) for (const each of this.#parts.lanes) this.#mark(each, nowMs);
    else this.#mark(lane, nowMs);
    this.#schedule();
  }

  /**
   * As {@link Claiming.wake}, at a time of the monotonic clock.
   *
   * @param isIdle - whether there is nothing to do then that the process should stay for
   */
  wakeAt(atMs: number, isIdle = false): void {
    if (!this.#isStopped) (isIdle ? this.#idleTimes : this.#times).add(atMs);
  }

  /** Begins and claims what can be. */
  advance(): void {
    if (this.#isRunning) {
      this.#isWanted = true;
      return;
    }
    if (this.#isStopped) return;
    this.#isRunning = true;
    do {
      this.#isWanted = false;
      if (this.#beginHeld()) this.#claimAll();
    } while (this.#isWanted && !this.#isScheduled);
    this.#isRunning = false;
  }

  #mark(lane: Lane, nowMs: number): void {
    if (!lane.mayHaveWork && lane.heldCount === 0) lane.wantsSinceMs = nowMs;
    lane.mayHaveWork = true;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#sliceStartMs = this.#parts.clock.now();
      this.advance();
    });
  }

  /** @returns false when the event loop has to turn first */
  #beginHeld(): boolean {
    const { clock, dealer, lanes, slots, slotsTaken, unsettled, begin } = this.#parts;
    const only = lanes.length === 1 ? lanes[0] : undefined;
    while (slotsTaken() < slots) {
      const nowMs = clock.now();
      const lane = only ?? dealer.next(nowMs, hasHeld);
      if (lane === undefined || !hasHeld(lane)) return true;
      if (nowMs - this.#sliceStartMs > SLICE_MS || unsettled() > MAX_UNSETTLED) {
        this.#schedule();
        return false;
      }
      const record = lane.takeHeld() as TaskRecord;
      dealer.serve(lane, nowMs);
      begin(lane, record, nowMs);
      // It ended at once: other lanes may have a claim to its slot.
      if (this.#isWanted) return true;
    }
    return true;
  }

  #claimAll(): void {
    const { clock, dealer, lanes, slots, slotsTaken } = this.#parts;
    const nowMs = clock.now();
    const canClaim = (lane: Lane): boolean =>
      lane.mayHaveWork && !lane.isClaiming && !lane.isPaused && nowMs >= lane.blockedUntilMs;
    if (!lanes.some(canClaim)) return;
    const free = slots - slotsTaken();
    const wants = (lane: Lane): number =>
      canClaim(lane) || hasHeld(lane) ? lane.settings.concurrency - lane.running : 0;
    const dealt = lanes.length === 1 ? undefined : dealer.deal(nowMs, free, wants);
    for (const lane of lanes) {
      if (!canClaim(lane)) continue;
      const share = dealt === undefined ? Math.min(wants(lane), free) : (dealt.get(lane) ?? 0);
      const now = Math.max(0, share - lane.heldCount);
      const isServed = now > 0 || lane.running > 0 || lane.heldCount > 0;
      // A claim ahead is made when half of the stock is gone, so that claims are few and the lane never waits.
      const ahead = isServed && lane.heldCount <= lane.stock / 2 ? lane.stock : 0;
      if (now + ahead > 0) this.#claim(lane, this.#atMost(now + ahead, nowMs));
    }
  }

  /** More than the names have room for would only be given back: to a runner of few workers, most of what is claimed. */
  #atMost(limit: number, nowMs: number): number {
    const room = this.#parts.names.room(nowMs);
    // Without any: what nobody here knows is seen to.
    return room > 0 ? Math.min(limit, room) : limit;
  }

  #claim(lane: Lane, limit: number): void {
    lane.isClaiming = true;
    lane.mayHaveWork = false;
    const claim = this.#claimOf(lane, limit).then(
      () => {
        lane.isClaiming = false;
        this.#claims.delete(claim);
        this.advance();
      },
      (error: unknown) => {
        lane.isClaiming = false;
        this.#claims.delete(claim);
        if (this.#isStopped) return;
        lane.mayHaveWork = true;
        const untilMs = this.#parts.clock.now() + FAILED_WAIT_MS;
        lane.blockedUntilMs = Math.max(lane.blockedUntilMs, untilMs);
        this.wakeAt(untilMs);
        this.#parts.onError('claim', error);
      },
    );
    this.#claims.add(claim);
  }

  async #claimOf(lane: Lane, limit: number): Promise<void> {
    const { engine, clock, time, names, owner, admit } = this.#parts;
    const monotonicMs = clock.now();
    const nowMs = time.now();
    const records = await engine.claim({
      lane: lane.settings.name,
      limit,
      exceptNames: names.blocked(monotonicMs),
      free: monotonicMs < lane.filtersUntilMs ? this.#parts.free() : undefined,
      owner,
      nowMs,
      leaseUntilMs: this.#parts.leaseUntil(nowMs),
    });
    if (records.length >= limit) lane.mayHaveWork = true;
    if (records.length === 0) return;
    const admitted = admit(lane, records);
    lane.hold(admitted instanceof Promise ? await admitted : admitted);
  }
}

function hasHeld(lane: Lane): boolean {
  return lane.heldCount > 0 && !lane.isPaused && lane.running < lane.settings.concurrency;
}
