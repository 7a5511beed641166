import type { Lane } from './lane.js';

/**
 * Says which lane is served next. A lane's claim is its priority, plus one for each `ageingMs` that it has had work and not been served:
 * interactive work comes first, and whatever waits comes first in the end.
 */
export class Dealer {
  readonly #lanes: readonly Lane[];
  readonly #ageingMs: number;
  #turn = 0;

  constructor(lanes: readonly Lane[], ageingMs: number) {
    this.#lanes = lanes;
    this.#ageingMs = ageingMs;
  }

  /** The next lane of those that pass; `undefined`: none does. */
  next(nowMs: number, passes: (lane: Lane) => boolean): Lane | undefined {
    let best: Lane | undefined;
    let bestClaim = Number.NEGATIVE_INFINITY;
    for (const lane of this.#lanes) {
      if (!passes(lane)) continue;
      const claim = this.#claim(lane, lane.wantsSinceMs, nowMs);
      if (claim > bestClaim || (claim === bestClaim && best !== undefined && lane.turn < best.turn)) {
        best = lane;
        bestClaim = claim;
      }
    }
    return best;
  }

  /** A lane is served. */
  serve(lane: Lane, nowMs: number): void {
    lane.wantsSinceMs = nowMs;
    this.#turn += 1;
    lane.turn = this.#turn;
  }

  /**
   * Deals slots out.
   *
   * @param slots - how many are free
   * @param wants - how many a lane can use
   * @returns how many each lane gets; lanes that get none are left out
   */
  deal(nowMs: number, slots: number, wants: (lane: Lane) => number): ReadonlyMap<Lane, number> {
    const dealt = new Map<Lane, number>();
    const left = new Map(this.#lanes.map((lane) => [lane, wants(lane)] as const));
    const only = [...left].filter(([, count]) => count > 0);
    if (only.length <= 1) {
      for (const [lane, count] of only) dealt.set(lane, Math.min(count, slots));
      return dealt;
    }
    // As they would be served one after the other, from where they stand now.
    const places = new Map(this.#lanes.map((lane) => [lane, { since: lane.wantsSinceMs, turn: lane.turn }]));
    let turn = this.#turn;
    for (let slot = 0; slot < slots; slot += 1) {
      let best: Lane | undefined;
      let bestClaim = Number.NEGATIVE_INFINITY;
      let bestTurn = 0;
      for (const [lane, count] of left) {
        if (count <= 0) continue;
        const place = places.get(lane) as { since: number; turn: number };
        const claim = this.#claim(lane, place.since, nowMs);
        if (claim > bestClaim || (claim === bestClaim && place.turn < bestTurn))
          [best, bestClaim, bestTurn] = [lane, claim, place.turn];
      }
      if (best === undefined) break;
      turn += 1;
      places.set(best, { since: nowMs, turn });
      left.set(best, (left.get(best) as number) - 1);
      dealt.set(best, (dealt.get(best) ?? 0) + 1);
    }
    return dealt;
  }

  #claim(lane: Lane, sinceMs: number, nowMs: number): number {
    return lane.settings.priority + Math.max(0, nowMs - sinceMs) / this.#ageingMs;
  }
}
