import { crc32 } from 'node:zlib';

/** Changes whenever what lies in the folder, or in its files, is no longer understood by earlier versions. */
export const FORMAT = 1;

/** What the stamp of a store says. */
export const stampOf = (format: number): string =>
  `${JSON.stringify({ format, check: crc32(String(format)) })}\n`;

/**
 * The version of a store by its stamp.
 *
 * @param text - what stands there
 * @returns `undefined` if it is damaged, which costs nothing: each segment says itself what it is
 */
export function formatIn(text: string): number | undefined {
  let stamp: { format?: unknown; check?: unknown } | null;
  try {
    stamp = JSON.parse(text) as typeof stamp;
  } catch {
    return undefined;
  }
  const format = stamp?.format;
  if (!Number.isSafeInteger(format)) return undefined;
  // Another version's number that is a single bit away from this one's, without its checksum, is this one's, damaged.
  const isDamaged = stamp?.check !== crc32(String(format)) && differsByOneBit(String(format), String(FORMAT));
  return isDamaged ? undefined : (format as number);
}

function differsByOneBit(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let bits = 0;
  for (let at = 0; at < one.length; at += 1) {
    for (let changed = one.charCodeAt(at) ^ other.charCodeAt(at); changed !== 0; changed &= changed - 1)
      bits += 1;
  }
  return bits === 1;
}
