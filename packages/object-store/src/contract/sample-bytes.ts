/** Numbers from 0 to 1 that look random and are the same for a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes that look random and are the same for a seed. */
export function sampleBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed ^ 0x9e3779b9) | 1;
  for (let at = 0; at < length; at += 1) {
    // xorshift32: fast enough for megabytes, and no block of them is like another.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

/** The same bytes in pieces of uneven lengths, some of them empty; memory is used again for each piece. */
export async function* inPieces(
  bytes: Uint8Array,
  seed: number,
  maxPiece = 100_000,
): AsyncGenerator<Uint8Array> {
  const random = randomNumbers(seed);
  const memory = new Uint8Array(maxPiece);
  for (let at = 0; at < bytes.byteLength; ) {
    const piece = bytes.subarray(at, at + Math.floor(random() * maxPiece));
    memory.fill(0xee);
    memory.set(piece);
    yield memory.subarray(0, piece.byteLength);
    at += piece.byteLength;
  }
}
