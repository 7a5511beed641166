/** A page, and the smallest class. */
const PAGE_BYTES = 4096;

/**
 * Frames of this size and more get a class of their own, to the page. Below it the classes of {@link sizeClassBytes} are
 * a page apart or less, so that every frame has one of its own size to the page.
 */
export const MIN_EXACT_BYTES = 32_768;

/**
 * The size class of a request: four for each doubling from 4 KiB (4096, 5120, 6144, 7168, 8192, 10240, …),
 * so that less than a fifth of a block is wasted above 4 KiB.
 *
 * @param byteLength - bytes, 1 to 2^52
 * @returns bytes of the smallest class that holds them
 */
export function sizeClassBytes(byteLength: number): number {
  if (byteLength <= PAGE_BYTES) return PAGE_BYTES;
  const step = octaveBytes(byteLength - 1) / 4;
  return Math.ceil(byteLength / step) * step;
}

/**
 * The class of a frame: its own size up to the page, so that nothing of a large frame is wasted.
 *
 * @param byteLength - bytes, 1 to 2^52
 */
export function exactClassBytes(byteLength: number): number {
  return Math.ceil(byteLength / PAGE_BYTES) * PAGE_BYTES;
}

/** The largest power of two that is not above `value` (4096 or more). */
function octaveBytes(value: number): number {
  if (value < 0x8000_0000) return 2 ** (31 - Math.clz32(value));
  return octaveBytes(Math.floor(value / 0x4000_0000)) * 0x4000_0000;
}
