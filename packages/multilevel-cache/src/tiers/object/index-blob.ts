import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { ObjectRow, RowHead } from './object-index.js';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const HEADER = 'framerail-object-index 1';
/** What is read of it at most; more would be none of ours. */
const MOST_BYTES = 2 ** 30;

/** Packs what is known of the entries, so that nobody has to read all their heads again. */
export async function packIndex(rows: ReadonlyMap<string, ObjectRow>): Promise<Uint8Array> {
  const lines = [HEADER];
  for (const [id, { etag, head }] of rows)
    if (etag !== '' && head !== undefined) lines.push(JSON.stringify([id, etag, head]));
  return compress(Buffer.from(lines.join('\n')));
}

/** What was packed: heads by ID and version; nothing of what can't be read. */
export async function unpackIndex(packed: Uint8Array): Promise<ReadonlyMap<string, RowHead>> {
  const heads = new Map<string, RowHead>();
  try {
    const text = (await decompress(packed, { maxOutputLength: MOST_BYTES })).toString();
    const [header, ...lines] = text.split('\n');
    if (header !== HEADER) return heads;
    for (const line of lines) {
      const [id, etag, head] = JSON.parse(line) as [string, string, RowHead];
      heads.set(`${id} ${etag}`, { ...head, meta: Object.freeze(head.meta) });
    }
  } catch {
    heads.clear();
  }
  return heads;
}
