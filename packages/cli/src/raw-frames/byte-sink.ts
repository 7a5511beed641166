/** Where bytes go, in order. */
export interface ByteSink {
  /** What it is, for messages. */
  readonly name: string;
  /**
   * Writes all of the bytes; they may be reused when the promise settles.
   *
   * @throws FramerailError `E_OUTPUT_FULL`, `E_OUTPUT_UNWRITABLE`, `E_OUTPUT_CLOSED` when the reader went away
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the output appear under its name, complete and synced. */
  commit(): Promise<void>;
  /** Takes away what was written, where that is possible. Never throws. */
  discard(): Promise<void>;
}
