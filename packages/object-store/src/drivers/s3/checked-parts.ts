import { addToCrc32, hexOfCrc32 } from '../../checksum/crc32.js';
import { bodyMismatch } from '../../store/store-errors.js';
import type { PutOptions } from '../../store/store-options.js';
import type { BodyPart } from './body-parts.js';

/** The parts of a body, and what they came to so far. */
export interface CheckedParts extends AsyncGenerator<BodyPart, void> {
  readonly sums: { readonly size: number; readonly crc: number };
}

/** Parts that are checked against what was promised; the last one isn't handed on if the whole isn't right. */
export function checkedParts(
  parts: AsyncGenerator<BodyPart, void>,
  key: string,
  { size, checksum }: PutOptions,
): CheckedParts {
  const sums = { size: 0, crc: 0 };
  const checking = (async function* () {
    for await (const part of parts) {
      sums.size += part.bytes.byteLength;
      sums.crc = addToCrc32(part.bytes, sums.crc);
      const isWrongSize = part.isLast ? sums.size !== size : sums.size > (size ?? sums.size);
      if (size !== undefined && isWrongSize) throw bodyMismatch(key, 'size', size, sums.size);
      if (part.isLast && checksum !== undefined && checksum !== hexOfCrc32(sums.crc))
        throw bodyMismatch(key, 'checksum', checksum, hexOfCrc32(sums.crc));
      yield part;
    }
  })();
  return Object.assign(checking, { sums });
}
