/** Packs bytes, such as `zstd()` of `@framerail/multilevel-cache/zstd`. */
export interface Compressor {
  /** What entries are marked with. */
  readonly name: 'zstd';
  /** Gives the packed bytes. */
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Gives the bytes that were packed.
   *
   * @param packed - what `compress` gave
   * @param rawBytes - how many bytes there were
   * @throws if these are not `rawBytes` bytes, packed with the same dictionary
   */
  decompress(packed: Uint8Array, rawBytes: number): Promise<Uint8Array>;
}

/** How a tier compresses what it keeps. */
export interface CompressionOptions {
  /** What packs. */
  readonly with: Compressor;
  /** Bytes below which values are left as they are; default 1024. Give less where a dictionary helps. */
  readonly minBytes?: number | undefined;
  /** The most that a packed value may have of its bytes, 0 to 1, to be kept packed; default 0.9. */
  readonly maxRatio?: number | undefined;
}
