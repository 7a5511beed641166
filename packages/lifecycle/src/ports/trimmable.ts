/** How short memory is, from the most relaxed to the worst. */
export type PressureLevel = 'none' | 'moderate' | 'high' | 'critical';

/** How much memory is wanted back, and of which kind. What is not set doesn't restrict. */
export interface TrimRequest {
  /** Bytes that are wanted; default: all that can be given. More may be given where it comes in large pieces. */
  readonly bytes?: number | undefined;
  /** How short memory is. `none` asks for nothing. */
  readonly level?: PressureLevel | undefined;
  /** Only memory that has not been used for so many milliseconds. */
  readonly idleMs?: number | undefined;
  /** Only memory whose last use had at most this priority. */
  readonly maxPriority?: number | undefined;
}

/** What can give memory back: a pool, a cache. */
export interface Trimmable {
  /** Name for reports. */
  readonly name: string;
  /**
   * Gives back what isn't in use.
   *
   * @param request - how much is wanted, and of which kind; default: all that is free
   * @returns the bytes that went back to the system
   */
  trim(request?: TrimRequest): number;
}

/** What tells how short memory is: a monitor, or a test. */
export interface PressureSource {
  /** The level now. */
  readonly level: PressureLevel;
  /** Tells of every change. @returns stops telling */
  on(name: 'change', listener: (level: PressureLevel) => void): () => void;
}
