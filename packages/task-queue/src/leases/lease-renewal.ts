/** How a thread of its own can renew an engine's leases. */
export interface LeaseRenewal {
  /** Its program, a `file:` URL: a file that calls `serveLeaseKeeper`. */
  readonly program: URL;
  /** What the program needs to reach the same store; it is cloned. */
  readonly settings: unknown;
}
