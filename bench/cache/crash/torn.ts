// Records that were written in part: what a failing disk, or a power that fails, leaves in the middle of a log.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrialContext } from './kills.ts';
import { type CrashRow, emptyRow, numbersOf } from './rows.ts';
import { crashedStore, logsOf, look, restore } from './store.ts';

const HEADER_BYTES = 64;
const HEAD_BYTES = 96;
const MAGIC = 0x7246;

/** Where a record is, and of which key. */
interface Place {
  readonly key: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Puts zeros, noise, or records from elsewhere over some bytes of a segment. What lies there may be gone; nothing else,
 * and nothing may come back, nor a record be taken for one of the place to which it was copied.
 */
export async function tornTrials({ folder, seed, log }: TrialContext, trials: number): Promise<CrashRow> {
  const { path, ledger } = await crashedStore(join(folder, 'torn'));
  const damaged = join(folder, 'torn', 'damaged');
  const segments = logsOf(path).map((name) => ({
    name: join('segments', name),
    bytes: readFileSync(join(path, 'segments', name)),
  }));
  const row = emptyRow(trials);
  const upTo = numbersOf(seed);
  for (let trial = 0; trial < trials; trial += 1) {
    // Half of the trials are for the last segment, which is the one that is being written.
    const { name, bytes } = (upTo(2) === 0 ? segments.at(-1) : segments[upTo(segments.length)]) as {
      name: string;
      bytes: Buffer;
    };
    const records = placesIn(bytes);
    const from = HEADER_BYTES + upTo(bytes.byteLength - HEADER_BYTES);
    const to = Math.min(bytes.byteLength, from + 1 + upTo(upTo(2) === 0 ? 64 : 4096));
    const torn = Buffer.from(bytes);
    const kind = upTo(4);
    if (kind === 0) torn.fill(0, from, to);
    else if (kind === 1) for (let at = from; at < to; at += 1) torn[at] = upTo(256);
    else {
      // Whole records, at places where records may begin.
      const other = kind === 2 ? bytes : (segments[upTo(segments.length)]?.bytes ?? bytes);
      const source = placesIn(other)[upTo(placesIn(other).length)]?.from ?? HEADER_BYTES;
      other.copy(torn, Math.ceil(from / 8) * 8, source, source + to - from);
    }
    restore(damaged, path);
    writeFileSync(join(damaged, name), torn);
    const allowed = ledger.copy();
    for (const place of records)
      if (!torn.subarray(place.from, place.to).equals(bytes.subarray(place.from, place.to)))
        allowed.allowNone(place.key);
    const before = row.wrong;
    const lost = await look(damaged, allowed, row);
    row.lost += lost;
    if (lost > 0 || row.wrong > before) log(`bytes ${from} to ${to} of ${name}, kind ${kind}: ${lost} lost`);
  }
  return row;
}

/** The records of entries in a segment. */
function placesIn(bytes: Buffer): Place[] {
  const places: Place[] = [];
  for (let at = HEADER_BYTES; at + HEAD_BYTES < bytes.byteLength; at += 8) {
    if (bytes.readUInt16LE(at) !== MAGIC) continue;
    const [keyBytes, tagsBytes] = [bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 16)];
    if (keyBytes > 16) continue;
    const key = /^key\/(\d+)$/.exec(bytes.toString('utf8', at + HEAD_BYTES, at + HEAD_BYTES + keyBytes))?.[1];
    if (key === undefined) continue;
    // The value of a record of the second kind is a file.
    const valueBytes = bytes[at + 8] === 1 ? bytes.readDoubleLE(at + 24) : 0;
    places.push({ key: Number(key), from: at, to: at + HEAD_BYTES + keyBytes + tagsBytes + valueBytes });
  }
  return places;
}
