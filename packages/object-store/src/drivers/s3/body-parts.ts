import { type BodyReading, bodyChunks } from '../../body/body-chunks.js';
import type { BlobBody } from '../../store/store-options.js';

/** What a part begins with when nobody said how long the body is: most blobs are small. */
const FIRST_BYTES = 64 * 1024;

/** A part of a body, in memory that nobody else changes until it was uploaded. */
export interface BodyPart {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/**
 * A body in parts of the same size, but for the last; at least one, which may be empty. Parts of an array are no copies.
 *
 * @param body - what was given to put
 * @param partBytes - bytes of a part
 * @param size - bytes of the body, if they are known
 * @param reading - limits of the call
 */
export async function* bodyParts(
  body: BlobBody,
  partBytes: number,
  size: number | undefined,
  reading: BodyReading,
): AsyncGenerator<BodyPart, void> {
  if (body instanceof Uint8Array) {
    const all = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    for (let at = 0; at === 0 || at < all.byteLength; at += partBytes)
      yield { bytes: all.subarray(at, at + partBytes), isLast: at + partBytes >= all.byteLength };
    return;
  }
  let part = Buffer.allocUnsafeSlow(Math.min(partBytes, size ?? FIRST_BYTES));
  let filled = 0;
  for await (const chunk of bodyChunks(body, reading)) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (filled === partBytes) {
        yield { bytes: part, isLast: false };
        part = Buffer.allocUnsafeSlow(partBytes);
        filled = 0;
      }
      const piece = chunk.subarray(at, at + partBytes - filled);
      if (filled + piece.byteLength > part.byteLength)
        part = grown(part, filled, piece.byteLength, partBytes);
      part.set(piece, filled);
      filled += piece.byteLength;
      at += piece.byteLength;
    }
  }
  yield { bytes: part.subarray(0, filled), isLast: true };
}

function grown(part: Buffer, filled: number, more: number, partBytes: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.min(partBytes, Math.max(2 * part.byteLength, filled + more)));
  part.copy(larger, 0, 0, filled);
  return larger;
}
