/** How short memory is, from the most relaxed to the worst. */
export type PressureLevel = 'none' | 'moderate' | 'high' | 'critical';

/** What can give memory back: a pool, a cache. */
export interface Trimmable {
  /** Name for reports. */
  readonly name: string;
  /**
   * Gives back what isn't in use.
   *
   * @param request - `bytes`: how much is wanted (default: all that is free); `level`: how short memory is
   * @returns the bytes that went back to the system
   */
  trim(request?: { readonly bytes?: number; readonly level?: PressureLevel }): number;
}

/** What tells how short memory is: a monitor, or a test. */
export interface PressureSource {
  /** The level now. */
  readonly level: PressureLevel;
  /** Tells of every change. @returns stops telling */
  on(name: 'change', listener: (level: PressureLevel) => void): () => void;
}
