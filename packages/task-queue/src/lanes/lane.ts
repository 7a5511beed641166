import type { TaskRecord } from '../task/task-record.js';
import type { LaneSettings } from './lane-options.js';

/** Milliseconds of work that a lane may hold claimed and not begun. */
const HELD_WORK_MS = 5;
/** Tasks that it may hold at most, and as long as nothing is known of how long they run. */
const MAX_HELD = 1024;
/** Milliseconds without movement after which what is held is given back. */
const STALE_MS = 100;
/** How much the latest run counts in a lane's average. */
const WEIGHT = 0.05;

/** A lane as this process serves it. */
export class Lane {
  readonly settings: LaneSettings;
  /** Attempts that run. */
  running = 0;
  // Claimed and not begun; taken from the front.
  readonly #held: TaskRecord[] = [];
  /** Whether the engine may have something for it. */
  mayHaveWork = true;
  isPaused = false;
  /** A claim is under way. */
  isClaiming = false;
  /** Since when it has had work and not been served, by the monotonic clock. */
  wantsSinceMs = 0;
  /** When it was served last, counted in tasks over all lanes: among equals the one that was served longest ago is next. */
  turn = 0;
  /** Until when its rate lets nothing begin. */
  blockedUntilMs = Number.NEGATIVE_INFINITY;
  /** Until when tasks whose own reservation doesn't fit are left out of its claims. */
  filtersUntilMs = Number.NEGATIVE_INFINITY;
  #meanRunMs: number | undefined;
  #at = 0;
  /** When nothing was seen to move first; `undefined`: something moved since. */
  #movedAtMs: number | undefined;

  constructor(settings: LaneSettings) {
    this.settings = settings;
  }

  /** Tasks that are held. */
  get heldCount(): number {
    return this.#held.length - this.#at;
  }

  /** Holds tasks that were claimed. */
  hold(records: readonly TaskRecord[]): void {
    this.#movedAtMs = undefined;
    for (const record of records) this.#held.push(record);
  }

  /** Takes the next of those held. */
  takeHeld(): TaskRecord | undefined {
    if (this.#at >= this.#held.length) return undefined;
    const record = this.#held[this.#at] as TaskRecord;
    this.#movedAtMs = undefined;
    this.#at += 1;
    if (this.#at === this.#held.length) {
      this.#held.length = 0;
      this.#at = 0;
    } else if (this.#at >= MAX_HELD) {
      this.#held.splice(0, this.#at);
      this.#at = 0;
    }
    return record;
  }

  /**
   * Whether what is held has not moved since a look a while ago: the lane's tasks have become longer, and others may have time for them.
   *
   * @param nowMs - by the monotonic clock
   */
  isStale(nowMs: number): boolean {
    if (this.heldCount === 0) return false;
    this.#movedAtMs ??= nowMs;
    if (nowMs - this.#movedAtMs < STALE_MS) return false;
    // Until its tasks are short again, it holds none.
    this.#meanRunMs = Math.max(this.#meanRunMs ?? 0, STALE_MS);
    return true;
  }

  /** Takes all of those held. */
  takeAllHeld(): TaskRecord[] {
    const all = this.#held.splice(this.#at);
    this.#held.length = 0;
    this.#at = 0;
    return all;
  }

  /** Those that are held. */
  heldRecords(): readonly TaskRecord[] {
    return this.#held.slice(this.#at);
  }

  /** Notes how long an attempt ran. */
  noteRun(runMs: number): void {
    this.#meanRunMs =
      this.#meanRunMs === undefined ? runMs : this.#meanRunMs + (runMs - this.#meanRunMs) * WEIGHT;
  }

  /** How many tasks it may hold beyond those that can begin at once: a few milliseconds of work, so that nobody waits long behind them. */
  get stock(): number {
    if (this.#meanRunMs === undefined) return 0;
    return Math.min(MAX_HELD, Math.floor(HELD_WORK_MS / Math.max(this.#meanRunMs, 1e-3)));
  }
}
