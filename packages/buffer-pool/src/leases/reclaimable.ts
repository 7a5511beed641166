import type { ReclaimRequest } from '../pool/acquire-options.js';

/** How a loan is asked back. It doesn't hold the lease, which could not be found lost if it did. */
export interface Reclaimable {
  /** Its place in the order of loans. */
  readonly order: number;
  readonly onReclaim: (request: ReclaimRequest) => void;
  /** Whether its holder has the lease: nobody can give back what a promise is about to bring. */
  isHeld: boolean;
  /** Whether it would have been asked back before that. */
  isWanted: boolean;
}
