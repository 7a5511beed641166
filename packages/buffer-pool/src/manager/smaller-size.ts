/** A page, and the smallest class. */
const PAGE_BYTES = 4096;

/**
 * The largest size that costs no more than so many bytes of a budget: a size class of four to a doubling.
 *
 * @param bytes - what there is
 * @returns 0 if there is less than a page
 */
export function largestClassWithin(bytes: number): number {
  if (bytes < PAGE_BYTES) return 0;
  const step = Math.max(PAGE_BYTES, 2 ** Math.floor(Math.log2(bytes)) / 4);
  return Math.floor(bytes / step) * step;
}
