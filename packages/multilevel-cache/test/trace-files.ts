import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TraceEvent } from '../src/simulator.js';
import { loadTrace, readTrace } from '../src/simulator.js';

/** Writes a file, hands its path to `use`, and removes it. */
export async function withFile<T>(
  name: string,
  content: string | Uint8Array,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-trace-'));
  try {
    const path = join(folder, name);
    await writeFile(path, content);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All events of a file. */
export async function eventsOf(path: string): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  for await (const batch of (await readTrace({ path })).batches) events.push(...batch);
  return events;
}

/** A trace of entries that count as one each, as a file would give it. */
export function unitTrace(keys: readonly number[]) {
  return withFile('unit.trace', `${keys.join('\n')}\n`, (path) => loadTrace({ path }));
}

/** Records as libCacheSim writes them. */
export function oracleGeneral(records: readonly { id: bigint; bytes: number }[]): Buffer {
  const file = Buffer.alloc(records.length * 24);
  for (const [index, { id, bytes }] of records.entries()) {
    file.writeUInt32LE(index, index * 24);
    file.writeBigUInt64LE(id, index * 24 + 4);
    file.writeUInt32LE(bytes, index * 24 + 12);
    file.writeBigInt64LE(-1n, index * 24 + 16);
  }
  return file;
}
