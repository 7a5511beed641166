import type { ReclaimRequest } from '../pool/acquire-options.js';

/** How a loan is asked back. It doesn't hold the lease, which could not be found lost if it did. */
export interface Reclaimable {
  /** Its place in the order of loans. */
  readonly order: number;
  readonly onReclaim: (request: ReclaimRequest) => void;
  /** Whether its holder has the lease. Until then it can't give back what it is about to get: what is asked waits. */
  isHeld: boolean;
  /** What was asked before that. */
  asked: ReclaimRequest | undefined;
}
