/** Positions that are looked at. */
const MOST = 48;
/** Fewer say nothing. */
const FEWEST = 4;
/** Rounded positions lie within one of a line. */
const SPREAD = 1.3;

/** A line through positions that were rounded down. */
export interface RegularSteps {
  /** Positions from one move to the next, fractions among them. */
  readonly step: number;
  /** Where the playhead is now, before rounding. */
  readonly position: number;
}

/** Sees the even steps behind positions that a player rounds down, such as 0, 1, 3, 4, 6 for one and a half. */
export class StepFitter {
  #path: number[] = [];

  /** Begins anew at a position. */
  restart(position: number): void {
    this.#path = [position];
  }

  /** The next position. */
  add(position: number): void {
    this.#path.push(position);
    if (this.#path.length > MOST) this.#path.shift();
  }

  /** Takes all positions to another place, as at the turn of a loop. */
  shift(by: number): void {
    this.#path = this.#path.map((position) => position + by);
  }

  /** The line of least squares; `undefined` if positions lie too far from it. */
  get steps(): RegularSteps | undefined {
    const path = this.#path;
    const count = path.length;
    if (count < FEWEST) return undefined;
    const middle = (count - 1) / 2;
    const mean = path.reduce((sum, position) => sum + position, 0) / count;
    let [above, below] = [0, 0];
    for (let index = 0; index < count; index += 1) {
      above += (index - middle) * ((path[index] as number) - mean);
      below += (index - middle) ** 2;
    }
    const step = above / below;
    const offsets = path.map((position, index) => position - mean - step * (index - middle));
    if (Math.max(...offsets) - Math.min(...offsets) > SPREAD) return undefined;
    // Rounded down they lie half a position too low.
    const lift = path.every(Number.isInteger) ? 1 / 2 : 0;
    const last = path[count - 1] as number;
    const position = mean + step * (count - 1 - middle) + lift;
    return { step, position: Math.min(Math.max(position, last), Math.floor(last) + 1 - 1e-6) };
  }
}
