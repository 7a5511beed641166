import { abortable, abortError, type LeaseSource, onAbort } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import { closedError, Turnstile } from '../backends/turnstile.js';
import { LeaseOrder, type LeasePlace } from './lease-order.js';

/** Makes a frame's result once the frame has its turn, in memory from its place. */
export type FrameWork = (index: number, signal: AbortSignal, memory: LeasePlace) => Promise<RawFrame>;

/** What a {@link FrameOrder} is made of. */
export interface FrameOrderOptions {
  /** Who processes, for messages. */
  readonly name: string;
  /** Frames under way at once. */
  readonly maxInFlight: number;
  /** Where frames' memory comes from. */
  readonly leases: LeaseSource;
  /** Closes everything when it aborts. */
  readonly signal: AbortSignal | undefined;
  /** Called once, when nothing is under way any more. */
  readonly onClosed: () => Promise<void>;
}

/** How many frames are where. */
export interface FrameCounts {
  readonly framesIn: number;
  readonly framesDone: number;
  readonly framesFailed: number;
  readonly inFlight: number;
  readonly waiting: number;
}

/** Bounded, ordered, owning: what stands between the user's frames and what processes them. */
export class FrameOrder {
  readonly #options: FrameOrderOptions;
  readonly #turns: Turnstile;
  readonly #memory: LeaseOrder;
  readonly #ending = new AbortController();
  #offSignal = (): void => {};
  #framesIn = 0;
  #framesDone = 0;
  #framesFailed = 0;
  /** Settles when all frames so far have been handed out or have failed. */
  #handedOut: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: FrameOrderOptions) {
    this.#options = options;
    this.#turns = new Turnstile(options.maxInFlight, options.name);
    this.#memory = new LeaseOrder(options.leases);
    this.#offSignal = onAbort(options.signal, () => {
      this.#end(abortError(options.signal as AbortSignal, options.name));
      void this.close();
    });
  }

  /** Aborts when no more frames are taken; work that frames share goes by it. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /**
   * Sees a frame through: checks it, waits for its turn, has it processed, disposes it, and hands the result out when
   * all earlier ones are.
   *
   * @param begin - called at once; throws for a frame that can't be processed
   */
  process(frame: Disposable, signal: AbortSignal | undefined, begin: () => FrameWork): Promise<RawFrame> {
    const index = this.#framesIn;
    this.#framesIn += 1;
    const before = this.#handedOut;
    const given = new AbortController();
    let off: (() => void)[] = [];
    const listen = (): FrameWork => {
      off = [signal, this.#ending.signal].map((one) => onAbort(one, () => given.abort(one?.reason)));
      return begin();
    };
    const result = this.#run(index, frame, before, given.signal, listen).finally(() => {
      for (const take of off) take();
    });
    this.#handedOut = Promise.allSettled([before, result]).then(() => {});
    return result;
  }

  counts(): FrameCounts {
    return {
      framesIn: this.#framesIn,
      framesDone: this.#framesDone,
      framesFailed: this.#framesFailed,
      inFlight: this.#turns.inside,
      waiting: this.#turns.waiting,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end(closedError(this.#options.name));
    await this.#handedOut;
    await this.#options.onClosed();
  }

  #end(reason: Error): void {
    this.#offSignal();
    this.#turns.close();
    this.#ending.abort(reason);
  }

  /** A frame's whole way. Its turn lasts until the result is handed out, so that waiting results are bounded too. */
  async #run(
    index: number,
    frame: Disposable,
    before: Promise<void>,
    signal: AbortSignal,
    begin: () => FrameWork,
  ): Promise<RawFrame> {
    const memory = this.#memory.next();
    let result: RawFrame | undefined;
    try {
      try {
        const work = begin();
        await this.#turns.enter(signal);
        try {
          result = await work(index, signal, memory);
          memory.pass();
          await abortable(before, signal, 'Waiting for earlier frames');
        } finally {
          this.#turns.leave();
        }
      } finally {
        memory.pass();
        frame[Symbol.dispose]();
      }
      this.#framesDone += 1;
      return result;
    } catch (error) {
      result?.[Symbol.dispose]();
      this.#framesFailed += 1;
      throw this.#ending.signal.aborted ? this.#ending.signal.reason : error;
    }
  }
}
