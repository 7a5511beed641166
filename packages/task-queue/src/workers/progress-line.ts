import { stageOf } from '../progress/progress-note.js';

/** How many reports may be under way, and how many stages may wait; what is older then is left out. */
const WINDOW = 8;
const MAX_STAGES = 1000;

/** What a handler reports on its way out of a worker, no faster than it is taken at the other end. */
export class ProgressLine {
  readonly #send: (progress: string) => void;
  readonly #unsent: { readonly stage: string | undefined; progress: string }[] = [];
  #underWay = 0;

  constructor(send: (progress: string) => void) {
    this.#send = send;
  }

  push(value: unknown): void {
    const stage = stageOf(value);
    const progress = JSON.stringify(value) ?? 'null';
    const last = this.#unsent.at(-1);
    if (last !== undefined && last.stage === stage) last.progress = progress;
    else if (this.#unsent.push({ stage, progress }) > MAX_STAGES) this.#unsent.shift();
    this.#flush(WINDOW);
  }

  /** One was taken. */
  taken(): void {
    this.#underWay -= 1;
    this.#flush(WINDOW);
  }

  /** Sends what is left: the attempt ends. */
  finish(): void {
    this.#flush(Number.POSITIVE_INFINITY);
  }

  #flush(window: number): void {
    while (this.#underWay < window) {
      const next = this.#unsent.shift();
      if (next === undefined) return;
      this.#underWay += 1;
      this.#send(next.progress);
    }
  }
}
