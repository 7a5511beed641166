/** How much of the machine is in use, each as a share from 0 to 1; `undefined` where it isn't measured. */
export interface Capacity {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly gpu: number | undefined;
  readonly io: number | undefined;
}

/** What measures the machine's load: a monitor, or a test. */
export interface CapacitySource {
  /** The latest measurement. */
  capacity(): Capacity;
}
