/** How a warm resource does. */
export interface ResourceStats {
  /** Its name. */
  readonly name: string;
  /** How many copies are loaded: one at most in the process, one a worker otherwise. */
  readonly loaded: number;
  /** Attempts that hold it. */
  readonly holders: number;
  /** Bytes of what is loaded. */
  readonly bytes: number;
  /** Loads that were begun. */
  readonly loads: number;
  /** Loads that failed. */
  readonly failures: number;
  /** Copies that were disposed of. */
  readonly disposals: number;
  /** Milliseconds that loading took altogether. */
  readonly loadMs: number;
}
