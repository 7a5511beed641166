import type { AccessPattern, LoopRange } from './playhead-options.js';
import { StepFitter } from './regular-steps.js';

/** Moves that are looked at. */
const RECENT = 5;
const INTERVALS = 16;
/** The mean of regular intervals is at most so many times their median. */
const REGULAR = 4 / 3;
/** Longer than this the playhead stood still. */
const PAUSE_MS = 1000;
/** Jumps that are remembered, to notice a loop, and how far two of them may lie apart. */
const JUMPS = 6;
const SAME_JUMP = 2;
/** Steps in one direction after which a jump was one, and no scrubbing. */
const SETTLED = 3;
/** A move of up to so many positions is no jump. */
const NEAR = 4;
/** So many moves that weren't like those before them, one after the other, are erratic. */
const ERRATIC = 3;
/** A jump of fewer positions is no loop. */
const SHORTEST_LOOP = 8;

/** How a playhead goes on. */
export interface CadenceStep {
  /** Positions from one move to the next, fractions among them; not 0. */
  readonly step: number;
  /** Where it is before rounding, if that is known. */
  readonly position?: number;
  /** Whether that is certain enough to leave out those between. */
  readonly isExact: boolean;
}

interface Jump {
  readonly from: number;
  readonly to: number;
}

/** Sees from where a playhead was how it goes on. */
export class Cadence {
  /** The direction it went in last. */
  direction: 1 | -1 = 1;
  #last: number | undefined;
  #lastMs = 0;
  /** Moves that were alike, and the one that wasn't like those before it and had none after it yet. */
  #deltas: number[] = [];
  #odd: number | undefined;
  #oddInRow = 0;
  readonly #fitter = new StepFitter();
  readonly #intervals: number[] = [];
  readonly #jumps: Jump[] = [];
  #jump: Jump | undefined;
  #loop: LoopRange | undefined;
  /** Positions from move to move for each of the declared rate. */
  #stepOfRate = 1;

  /**
   * The playhead is here now.
   *
   * @param position - where
   * @param atMs - monotonic
   * @param rate - what was declared
   * @param declared - the loop that was declared
   */
  note(position: number, atMs: number, rate: number | undefined, declared: LoopRange | undefined): void {
    const last = this.#last;
    if (position === last) return;
    this.#last = position;
    if (last !== undefined) {
      this.#time(atMs - this.#lastMs);
      const loop = declared ?? this.#loop;
      if (loop === undefined || !turns(loop, last, position)) this.#follow(last, position, rate);
      else {
        this.#fitter.shift(position - last - (this.#deltas.at(-1) ?? 1));
        this.#fitter.add(position);
      }
    }
    this.#lastMs = atMs;
  }

  /** The playhead goes at another rate: what it did before says nothing of it. */
  restart(): void {
    this.#deltas = [];
    this.#odd = undefined;
    this.#oddInRow = 0;
    if (this.#last !== undefined) this.#fitter.restart(this.#last);
  }

  /** How it goes on; `undefined` if moves are erratic, or it stands still. */
  step(rate: number | undefined): CadenceStep | undefined {
    const run = this.#run();
    if (run >= 2) {
      const regular = this.#fitter.steps;
      const isExact = run >= 3 && this.#deltas.every((delta) => delta === this.#deltas[0]);
      if (regular !== undefined && !isExact && regular.step !== 0) return { ...regular, isExact: false };
      return { step: this.#median(), isExact };
    }
    if (rate === 0 || this.#oddInRow >= ERRATIC) return undefined;
    if (rate !== undefined) return { step: rate * this.#stepOfRate, isExact: false };
    const delta = this.#deltas.at(-1) ?? this.#odd;
    return delta !== undefined && Math.abs(delta) <= NEAR ? { step: delta, isExact: false } : undefined;
  }

  /** Milliseconds between moves; `undefined` if they come irregularly, as when their reader waits for what it reads. */
  get intervalMs(): number | undefined {
    const intervals = this.#intervals;
    if (intervals.length < 4) return undefined;
    const median = intervals.toSorted((a, b) => a - b)[intervals.length >> 1] as number;
    const mean = intervals.reduce((sum, ms) => sum + ms, 0) / intervals.length;
    return median > 0 && mean < median * REGULAR && mean > median / REGULAR ? median : undefined;
  }

  /** A loop that nobody told of, while the playhead is in it. */
  get loop(): LoopRange | undefined {
    return this.#loop;
  }

  /** Where earlier jumps came to, the latest last. */
  get landings(): readonly number[] {
    return this.#jumps.map(({ to }) => to);
  }

  /** How positions follow each other. */
  get pattern(): AccessPattern {
    if (this.#loop !== undefined) return 'loop';
    if (this.#run() < 2) return 'random';
    return Math.abs(this.#median()) <= 1 ? 'sequential' : 'strided';
  }

  #time(ms: number): void {
    if (ms > PAUSE_MS) return;
    this.#intervals.push(ms);
    if (this.#intervals.length > INTERVALS) this.#intervals.shift();
  }

  /** How many moves until now were alike. */
  #run(): number {
    let run = this.#deltas.length === 0 ? 0 : 1;
    for (let index = this.#deltas.length - 1; index > 0; index -= 1) {
      if (!isLike(this.#deltas[index - 1] as number, this.#deltas[index] as number)) break;
      run += 1;
    }
    return run;
  }

  #median(): number {
    const sorted = this.#deltas.slice(-3).toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] as number;
  }

  #follow(last: number, position: number, rate: number | undefined): void {
    const delta = position - last;
    const before = this.#deltas.at(-1) ?? this.#odd;
    if (before !== undefined ? isLike(before, delta) : Math.abs(delta) <= NEAR) {
      if (this.#odd !== undefined) this.#deltas = [this.#odd];
      this.#go(delta, position);
      if (rate !== undefined && rate !== 0 && this.#run() >= 2)
        this.#stepOfRate = Math.abs(this.#median() / rate);
    } else if (this.#deltas.length === 0 && this.#odd !== undefined && Math.abs(delta) <= NEAR)
      this.#go(delta, position);
    else {
      this.#jump = { from: last, to: position };
      this.#odd = delta;
      this.#oddInRow += 1;
      this.#deltas = [];
      this.#fitter.restart(position);
    }
    if (this.#loop !== undefined && !isWithin(this.#loop, position)) this.#loop = undefined;
    if (this.#jump !== undefined && this.#run() >= SETTLED && Math.abs(delta) <= NEAR)
      this.#settle(this.#jump);
  }

  #go(delta: number, position: number): void {
    this.#fitter.add(position);
    this.#odd = undefined;
    this.#oddInRow = 0;
    this.#deltas.push(delta);
    if (this.#deltas.length > RECENT) this.#deltas.shift();
    this.direction = delta > 0 ? 1 : -1;
  }

  /** A jump came to where the playhead went on: it may come there again, and then it is a loop. */
  #settle(jump: Jump): void {
    this.#jump = undefined;
    if (Math.abs(jump.to - jump.from) < SHORTEST_LOOP) return;
    const isAgain = this.#jumps.some(({ from, to }) => isNear(from, jump.from) && isNear(to, jump.to));
    const loop = { start: Math.min(jump.from, jump.to), end: Math.max(jump.from, jump.to) };
    if (isAgain && this.#last !== undefined && isWithin(loop, this.#last)) this.#loop = loop;
    this.#jumps.push(jump);
    if (this.#jumps.length > JUMPS) this.#jumps.shift();
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME_JUMP;
}

/** Whether this is the turn of a loop, in either direction. */
function turns({ start, end }: LoopRange, from: number, to: number): boolean {
  return (isNear(from, end) && isNear(to, start)) || (isNear(from, start) && isNear(to, end));
}

function isLike(before: number, delta: number): boolean {
  const ratio = delta / before;
  return ratio > 0 && (Math.abs(delta - before) <= 2 || (ratio <= 2 && ratio >= 1 / 2));
}

function isWithin({ start, end }: LoopRange, position: number): boolean {
  return position >= start - SAME_JUMP && position <= end + SAME_JUMP;
}
