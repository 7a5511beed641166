import { type AcquireOptions, abortable, type Lease, type LeaseSource } from '@framerail/lifecycle';

/** Memory that a frame can have once the frames before it have what they need. */
export interface LeasesInTurn extends LeaseSource {
  /**
   * Settles when it is the frame's turn. Whoever waits for memory while others wait for him waits for this first.
   *
   * @throws FramerailError `E_ABORTED`
   */
  reached(signal: AbortSignal | undefined): Promise<void>;
}

/** A frame's place among those that ask for memory. */
export interface LeasePlace {
  /** For what is given back before the frame's result is asked for, such as the other frame of a transition. */
  readonly passing: LeasesInTurn;
  /** For the result: then it is the next frame's turn. */
  readonly result: LeasesInTurn;
  /** For a frame that asks for no more, or never did. Harmless when called twice. */
  pass(): void;
}

/**
 * Lets frames have memory in their order, however long each takes until it asks. Results are handed out in order: a
 * later frame that got the last memory would wait for an earlier one, and that for the memory.
 */
export class LeaseOrder {
  readonly #leases: LeaseSource;
  #before: Promise<void> = Promise.resolve();

  constructor(leases: LeaseSource) {
    this.#leases = leases;
  }

  /** The place after all that there are. */
  next(): LeasePlace {
    const before = this.#before;
    let pass = (): void => {};
    const passed = new Promise<void>((resolve) => {
      pass = resolve;
    });
    this.#before = before.then(() => passed);
    const reached = (signal: AbortSignal | undefined): Promise<void> =>
      abortable(before, signal, 'Waiting for memory');
    const acquire = async (byteLength: number, options?: AcquireOptions): Promise<Lease> => {
      await reached(options?.signal);
      return this.#leases.acquire(byteLength, options);
    };
    const acquireLast = (byteLength: number, options?: AcquireOptions): Promise<Lease> =>
      acquire(byteLength, options).finally(pass);
    return { passing: { reached, acquire }, result: { reached, acquire: acquireLast }, pass };
  }
}
