import { type AcquireOptions, abortable, type Lease, type LeaseSource } from '@framerail/lifecycle';

/** A frame's turn at something that all frames do one after the other. */
export interface Turn {
  /**
   * Settles when the frames before have had theirs.
   *
   * @throws FramerailError `E_ABORTED`
   */
  reached(signal: AbortSignal | undefined): Promise<void>;
  /** Makes it the next frame's. Harmless when called twice. */
  pass(): void;
}

/** Memory that a frame can have once the frames before it have what they need. */
export interface LeasesInTurn extends LeaseSource {
  /** See {@link Turn.reached}. Whoever waits for memory while others wait for him waits for this first. */
  readonly reached: Turn['reached'];
}

/** A frame's place among those that ask for memory. */
export interface LeasePlace {
  /** For giving the frame to a backend, which has slots of its own on a GPU. */
  readonly start: Turn;
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
  readonly #nextStart = succession();
  readonly #nextLease = succession();

  constructor(leases: LeaseSource) {
    this.#leases = leases;
  }

  /** The place after all that there are. */
  next(): LeasePlace {
    const start = this.#nextStart();
    const { reached, pass } = this.#nextLease();
    const acquire = async (byteLength: number, options?: AcquireOptions): Promise<Lease> => {
      await reached(options?.signal);
      return this.#leases.acquire(byteLength, options);
    };
    const acquireLast = (byteLength: number, options?: AcquireOptions): Promise<Lease> =>
      acquire(byteLength, options).finally(pass);
    return {
      start,
      passing: { reached, acquire },
      result: { reached, acquire: acquireLast },
      pass() {
        start.pass();
        pass();
      },
    };
  }
}

/** Gives out turns, one after the other. */
function succession(): () => Turn {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const before = last;
    let pass = (): void => {};
    const passed = new Promise<void>((resolve) => {
      pass = resolve;
    });
    last = before.then(() => passed);
    return { reached: (signal) => abortable(before, signal, 'Waiting for earlier frames'), pass };
  };
}
