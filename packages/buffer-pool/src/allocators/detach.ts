/** `ArrayBuffer.prototype.transfer` of ES2024. */
interface Transferable {
  transfer?(newByteLength: number): ArrayBufferLike;
}

/**
 * Gives a buffer's memory back to the system now instead of when it is collected. Views that somebody
 * kept have no bytes afterwards, so that a late write can't reach memory that belongs to another.
 *
 * @returns whether it was done: not for shared, pinned or WebAssembly memory, nor where the platform can't
 */
export function detachBuffer(buffer: ArrayBufferLike): boolean {
  try {
    (buffer as Transferable).transfer?.(0);
  } catch {
    return false;
  }
  return buffer.byteLength === 0;
}
