/** How much of the machine is in use, each as a share from 0 to 1; `undefined` where it isn't measured. */
export interface Capacity {
  /** Processor time, over all cores. */
  readonly cpu: number | undefined;
  /** Memory that can't be given to somebody else. */
  readonly memory: number | undefined;
  /** The GPU's time. */
  readonly gpu: number | undefined;
  /** Time in which work waited for storage. */
  readonly io: number | undefined;
}

/** What measures the machine's load: a monitor, or a test. */
export interface CapacitySource {
  /** The latest measurement. */
  capacity(): Capacity;
}
