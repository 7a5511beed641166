import { wordsOf } from './entry-key.js';
import { readInto } from './file-io.js';
import { headOf, KIND, readHead, recordBytesOf } from './record.js';
import { SegmentRows } from './segment-rows.js';

const WINDOW_BYTES = 1024 * 1024;

/** What a scan of a segment found. */
export interface ScannedRows {
  readonly rows: SegmentRows;
  /** Where the next record begins or will begin. */
  readonly end: number;
}

/**
 * Reads the heads of a segment's records. Bytes that are none are passed over where records follow; at the end they are
 * what a write left that didn't come to its end, or hasn't yet.
 *
 * @param fd - the segment's file
 * @param range - where to begin, and the file's length
 * @param salt - the segment's number
 */
export async function scanSegment(
  fd: number,
  range: { readonly from: number; readonly to: number },
  salt: number,
): Promise<ScannedRows> {
  const { from, to } = range;
  const rows = new SegmentRows();
  const window = Buffer.allocUnsafeSlow(Math.min(WINDOW_BYTES, Math.max(0, to - from)));
  let [start, length] = [from, 0];
  /** Bytes of the file from a place on, as many as asked for where it has them. */
  const bytesAt = async (offset: number, count: number): Promise<Buffer> => {
    if (offset < start || offset + count > start + length) {
      if (count > window.byteLength) {
        const large = Buffer.allocUnsafeSlow(count);
        return large.subarray(0, await readInto(fd, large, offset));
      }
      start = offset;
      length = await readInto(fd, window.subarray(0, Math.min(window.byteLength, to - offset)), offset);
    }
    return window.subarray(offset - start, length);
  };
  let end = from;
  for (let offset = from; offset + 8 <= to; ) {
    let head = readHead(await bytesAt(offset, Math.min(256, to - offset)), { salt, offset }, to - offset);
    if (typeof head === 'number')
      head = readHead(await bytesAt(offset, Math.min(head, to - offset)), { salt, offset }, to - offset);
    const bytes = head instanceof Buffer ? recordBytesOf(head) : 0;
    if (!(head instanceof Buffer) || offset + bytes > to) {
      offset += 8;
      continue;
    }
    addRow(rows, head, offset, bytes);
    offset += bytes;
    end = offset;
  }
  return { rows, end };
}

/** Adds what a head says. */
export function addRow(rows: SegmentRows, head: Buffer, offset: number, bytes: number): void {
  // A dead record still says that all earlier ones of its key are dead, marked or not.
  const kind = headOf.isDead(head) ? KIND.deleted : headOf.kind(head);
  const isFile = kind === KIND.file;
  rows.add({
    hash: wordsOf(headOf.hash(head)),
    offset,
    bytes,
    kind,
    tags: headOf.tags(head),
    expiresAtMs: headOf.expiresAtMs(head),
    cost: headOf.cost(head),
    fileBytes: isFile ? headOf.valueBytes(head) : 0,
    fileId: isFile ? headOf.fileId(head) : 0,
  });
}
