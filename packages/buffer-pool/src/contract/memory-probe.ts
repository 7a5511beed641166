/** How a contract looks into memory of one kind. */
export interface MemoryProbe<Memory> {
  /** What sizes are rounded up to, in bytes; default 1. */
  readonly granularityBytes?: number | undefined;
  /** Bytes that the memory has. */
  byteLength(memory: Memory): number;
  /** Writes one value to each of its bytes, the last one included. */
  fill(memory: Memory, value: number): void | Promise<void>;
  /** Whether each of its bytes has that value. */
  isFilledWith(memory: Memory, value: number): boolean | Promise<boolean>;
  /** Address of its first byte, or that modulo a large power of two; missing where addresses can't be told. */
  addressOf?: ((memory: Memory) => number) | undefined;
}

/**
 * Looks into memory that the program sees as bytes.
 *
 * @param options - `addressOf` tells addresses, as the addon does
 */
export function bytesProbe(
  options: { readonly addressOf?: ((memory: Uint8Array) => number) | undefined } = {},
): MemoryProbe<Uint8Array> {
  return Object.freeze({
    byteLength: (memory: Uint8Array) => memory.byteLength,
    fill: (memory: Uint8Array, value: number) => {
      memory.fill(value);
    },
    isFilledWith,
    addressOf: options.addressOf,
  });
}

/** Word by word where it can: a suite looks at some hundred megabytes. */
function isFilledWith(memory: Uint8Array, value: number): boolean {
  const { buffer, byteOffset, byteLength } = memory;
  const head = Math.min(byteLength, (4 - (byteOffset % 4)) % 4);
  const words = new Uint32Array(buffer, byteOffset + head, (byteLength - head) >>> 2);
  const word = (value * 0x0101_0101) >>> 0;
  for (let at = 0; at < words.length; at += 1) if (words[at] !== word) return false;
  for (let at = 0; at < head; at += 1) if (memory[at] !== value) return false;
  for (let at = head + words.byteLength; at < byteLength; at += 1) if (memory[at] !== value) return false;
  return true;
}
