/** Bytes in order, from a file or a stream. */
export interface ByteSource extends AsyncDisposable {
  /** What it is, for messages. */
  readonly name: string;
  /** Bytes there are in all, where that is known before reading. */
  readonly byteLength: number | undefined;
  /**
   * Fills the target.
   *
   * @returns bytes read; fewer than the target holds only at the end, 0 after it
   * @throws FramerailError `E_INPUT_INVALID` when reading fails, `E_ABORTED`
   */
  read(target: Uint8Array): Promise<number>;
}
