/**
 * Memory on loan. Reference counted: it goes back to where it came from when the last holder has
 * released it, and nobody may touch it after that.
 */
export interface Lease extends Disposable {
  /** The memory, exactly the bytes that were asked for. @throws FramerailError `E_LEASE_RELEASED` after release */
  readonly bytes: Uint8Array;
  /** Bytes that were asked for; can be read after release. */
  readonly byteLength: number;
  /** Adds a holder, who releases the returned lease on its own. @throws FramerailError `E_LEASE_RELEASED` after release */
  retain(): Lease;
  /** Gives this holder's share back. @throws FramerailError `E_LEASE_RELEASED` when called twice */
  release(): void;
}

/** Options of {@link LeaseSource.acquire}. */
export interface AcquireOptions {
  /** Takes the caller out of the waiting line. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for memory; default: for ever. 0 fails at once. */
  readonly timeoutMs?: number | undefined;
  /** Who waits first: larger numbers before smaller ones; equal ones in the order they came. Default 0. */
  readonly priority?: number | undefined;
}

/** Where leases come from: a pool, as far as rooms that don't know the pool need it. */
export interface LeaseSource {
  /**
   * Borrows memory, waiting for some to come back when the budget is spent.
   *
   * @param byteLength - bytes, 1 or more
   * @throws FramerailError `E_POOL_TOO_LARGE` if it can never fit, `E_TIMEOUT`, `E_ABORTED`, `E_POOL_CLOSED`
   */
  acquire(byteLength: number, options?: AcquireOptions): Promise<Lease>;
}
