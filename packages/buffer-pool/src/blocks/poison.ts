/** What released memory is filled with: dead bytes, and as an address in no program's memory. */
export const POISON_BYTE = 0xdb;
const POISON_WORD = 0xdbdb_dbdb;

/** Fills memory that nobody may touch any more. */
export function poison(bytes: Uint8Array): void {
  bytes.fill(POISON_BYTE);
}

/**
 * Looks for a write to memory that was filled by {@link poison}.
 *
 * @returns offset of the first byte that isn't as it was left; -1 if all are
 */
export function firstLateWrite(bytes: Uint8Array): number {
  const isAligned = bytes.byteOffset % 4 === 0;
  const words = isAligned
    ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2)
    : undefined;
  let from = 0;
  if (words !== undefined) {
    let word = 0;
    while (word < words.length && words[word] === POISON_WORD) word += 1;
    from = word * 4;
  }
  for (let offset = from; offset < bytes.byteLength; offset += 1) {
    if (bytes[offset] !== POISON_BYTE) return offset;
  }
  return -1;
}
