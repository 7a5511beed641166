/** What waits for its part of a batch's answer. */
export interface Ticket<Item, Answer> {
  /** What goes into the batch. */
  readonly item: Item;
  /** Called with the answer to the item. Must not throw. */
  answer(answer: Answer): void;
  /** Called when the whole batch failed. Must not throw. */
  fail(error: unknown): void;
}

/**
 * Gathers what is asked in one turn of the event loop into one call. Only one call is under way at a time: what comes meanwhile goes
 * into the next, so that the slower the other side is, the larger its batches are.
 */
export class TurnBatch<Item, Answer> {
  readonly #call: (items: Item[]) => Promise<readonly Answer[]>;
  readonly #maxBatch: number;
  readonly #afterCall: () => void;
  #waiting: Ticket<Item, Answer>[] = [];
  #isScheduled = false;
  #isCalling = false;
  #idle: (() => void)[] = [];

  /**
   * @param call - makes the call; gives an answer for each item, in order
   * @param maxBatch - items of one call
   * @param afterCall - called after the answers of each call were handed out
   */
  constructor(
    call: (items: Item[]) => Promise<readonly Answer[]>,
    maxBatch: number,
    afterCall: () => void = () => {},
  ) {
    this.#call = call;
    this.#maxBatch = maxBatch;
    this.#afterCall = afterCall;
  }

  /** Items that have no answer yet, those under way left out. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Asks. */
  push(ticket: Ticket<Item, Answer>): void {
    this.#waiting.push(ticket);
    this.#schedule();
  }

  /** Asks, for callers to whom a promise isn't too dear. */
  ask(item: Item): Promise<Answer> {
    return new Promise((answer, fail) => this.push({ item, answer, fail }));
  }

  /** Resolves when everything that was asked has its answer. */
  async idle(): Promise<void> {
    while (this.#isCalling || this.#waiting.length > 0)
      await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isCalling) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const batch =
      this.#waiting.length <= this.#maxBatch ? this.#waiting : this.#waiting.slice(0, this.#maxBatch);
    this.#waiting = batch === this.#waiting ? [] : this.#waiting.slice(this.#maxBatch);
    this.#isCalling = true;
    try {
      const items = new Array<Item>(batch.length);
      for (let index = 0; index < batch.length; index += 1)
        items[index] = (batch[index] as Ticket<Item, Answer>).item;
      const answers = await this.#call(items);
      for (let index = 0; index < batch.length; index += 1)
        (batch[index] as Ticket<Item, Answer>).answer(answers[index] as Answer);
    } catch (error) {
      for (const ticket of batch) ticket.fail(error);
    }
    this.#isCalling = false;
    this.#afterCall();
    if (this.#waiting.length > 0) this.#schedule();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }
}
