import type { Capacity } from '@framerail/lifecycle';
import { type AdmissionSettings, CAPACITY_PARTS, type CapacityPart } from './admission-options.js';

/** Shares of the machine, by part. */
export type Shares = Readonly<Record<CapacityPart, number>>;

type MutableShares = Record<CapacityPart, number>;

/**
 * Milliseconds in which a belief about others' load that nothing confirms loses two thirds. Memory isn't forgotten: tasks take what they
 * reserved of it late in their lives, and what is believed to be free and isn't ends the process.
 */
const FORGET_MS: Shares = { cpu: 10_000, memory: Number.POSITIVE_INFINITY, gpu: 10_000, io: 10_000 };

/**
 * How much of the machine is spoken for: what others take, and what our tasks reserved. A measurement shows both together, and
 * nobody can tell them apart; but it bounds what others take. It is at most what is measured; and at least what our reservations, running
 * or just ended, don't account for. Between the two the belief stays what it was (nothing of ours ran once: then it was exact), and drifts
 * towards the lower bound, since tasks that ran a while take what they reserved (of all but memory). See docs/decisions/0133.
 */
export class LoadEstimate {
  readonly #settings: AdmissionSettings;
  readonly #others: MutableShares = { cpu: 0, memory: 0, gpu: 0, io: 0 };
  readonly #reserved: MutableShares = { cpu: 0, memory: 0, gpu: 0, io: 0 };
  /** Reservations of tasks that ended, which a measurement may still contain. */
  #ended: { readonly shares: Shares; readonly untilMs: number }[] = [];
  #measured: Partial<MutableShares> = {};
  /** What was measured when nothing of ours ran, last. */
  readonly #idle: Partial<MutableShares> = {};
  #lastMs: number | undefined;
  #running = 0;

  constructor(settings: AdmissionSettings) {
    this.#settings = settings;
  }

  /** A task begins. */
  reserve(shares: Shares): void {
    this.#running += 1;
    for (const part of CAPACITY_PARTS) this.#reserved[part] += shares[part];
  }

  /** A task ended. */
  release(shares: Shares, nowMs: number): void {
    this.#running -= 1;
    for (const part of CAPACITY_PARTS)
      this.#reserved[part] = Math.max(0, this.#reserved[part] - shares[part]);
    if (this.#settings.source !== undefined)
      this.#ended.push({ shares, untilMs: nowMs + this.#settings.settleMs });
  }

  /** Looks at the latest measurement. */
  update(nowMs: number): void {
    const capacity = this.#measure();
    const passedMs = this.#lastMs === undefined ? 0 : Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.#ended = this.#ended.filter(({ untilMs }) => untilMs > nowMs);
    this.#measured = {};
    for (const part of CAPACITY_PARTS) {
      const measured = capacity?.[part];
      if (measured === undefined || !(measured >= 0)) {
        this.#others[part] = 0;
        continue;
      }
      this.#measured[part] = measured;
      const justEnded = this.#ended.reduce((sum, { shares }) => sum + shares[part], 0);
      const least = Math.max(0, measured - this.#reserved[part] - justEnded);
      // What was believed is refuted by less than it: then our tasks take what they reserved, as far as anybody knows (but of memory).
      const isRefuted = this.#others[part] > measured && part !== 'memory';
      const kept = isRefuted ? least : Math.min(measured, Math.max(least, this.#others[part]));
      // With nothing of ours in it, a measurement is others' load and nothing else.
      if (this.#running === 0 && this.#ended.length === 0) this.#idle[part] = measured;
      const isAlone = this.#reserved[part] === 0 && justEnded === 0;
      this.#others[part] = isAlone
        ? measured
        : least + (kept - least) * Math.exp(-passedMs / FORGET_MS[part]);
    }
  }

  /** The share of a part that is spoken for. */
  used(part: CapacityPart): number {
    return this.#others[part] + this.#reserved[part];
  }

  /** What others are thought to take. */
  others(part: CapacityPart): number {
    return this.#others[part];
  }

  /** What our running tasks reserved. */
  reserved(part: CapacityPart): number {
    return this.#reserved[part];
  }

  /** The latest measurement; `undefined` where a part isn't measured. */
  measured(part: CapacityPart): number | undefined {
    return this.#measured[part];
  }

  /** What was measured when nothing of ours ran, last; `undefined`: it never was. */
  idle(part: CapacityPart): number | undefined {
    return this.#idle[part];
  }

  #measure(): Capacity | undefined {
    try {
      return this.#settings.source?.capacity();
    } catch {
      // A monitor that fails measures nothing; reservations go on alone.
      return undefined;
    }
  }
}
