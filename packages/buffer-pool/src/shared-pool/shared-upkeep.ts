import { type Clock, expectInteger, invalidArgument, type TrimRequest } from '@framerail/lifecycle';
import { checkTrim } from '../pool/trim-request.js';
import { FLAG } from './control-layout.js';
import type { SharedLedger } from './shared-ledger.js';
import type { Turns } from './turns.js';

/** What one thread does to a pool on behalf of all: bounds, refusals, and what threads left behind that ended. */
export class SharedUpkeep {
  readonly #ledger: SharedLedger;
  readonly #turns: Turns;
  readonly #clock: Clock;
  readonly #maxBytes: number;

  constructor(ledger: SharedLedger, turns: Turns, clock: Clock, maxBytes: number) {
    this.#ledger = ledger;
    this.#turns = turns;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /** Makes free blocks wild, and asks leases back if a priority says which. @throws FramerailError `E_INVALID_ARGUMENT` */
  trim(request: TrimRequest): void {
    const { bytes, idleMs, maxPriority, level } = checkTrim(request);
    if (level === 'none') return;
    this.#turns.perform({
      run: () => {
        const untilMs = idleMs === 0 ? Number.POSITIVE_INFINITY : this.#clock.now() - idleMs;
        const idle = { untilMs, maxPriority: maxPriority ?? Number.POSITIVE_INFINITY };
        const gone = this.#ledger.trim(bytes, idle);
        if (maxPriority !== undefined && gone < bytes)
          this.#ledger.askBack(bytes - gone, FLAG.forTrim, (priority) => priority <= maxPriority);
      },
    });
  }

  /** Lets no more than so many bytes be lent. @throws FramerailError `E_INVALID_ARGUMENT` */
  limit(bytes: number): void {
    expectInteger('bytes', bytes, { min: 0, max: this.#maxBytes });
    this.#turns.perform({ run: () => this.#ledger.limit(bytes) });
  }

  /** Ends every wait, of all threads, and makes all free blocks wild. */
  refuseAll(state: number): void {
    this.#turns.perform({
      run: () => {
        this.#ledger.refuseAll(state);
        this.#ledger.stock.keep(0);
      },
    });
  }

  /** Takes back what a thread had that has ended. @throws FramerailError `E_INVALID_ARGUMENT` */
  recover(thread: number): number {
    const ledger = this.#ledger;
    const { threads } = ledger;
    expectInteger('thread', thread, { min: 0, max: threads.count - 1 });
    if (thread === ledger.thread)
      throw invalidArgument('thread', 'a thread that has ended, not the one that asks', thread);
    if (!threads.markEnded(thread)) return 0;
    if (ledger.takeOver(thread)) ledger.leave();
    let leases = 0;
    this.#turns.perform({
      run: () => {
        leases = ledger.takeBackAll(thread, this.#clock.now());
        threads.vacate(thread);
      },
      after: () => threads.wakeAll(),
    });
    return leases;
  }
}
