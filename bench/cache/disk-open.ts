// How long a process that begins takes to open a store of a million small entries.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { median } from '../measure.ts';
import { bundled } from './bundled.ts';
import { fill, keyOf } from './disk/small-entries.ts';

const MAX_BYTES = 1024 ** 3;
const MOST_MS = 2000;
const run = promisify(execFile);

/** Opens stores that were closed, one whose entries have tags, and one whose last segment nobody ended. */
export async function measureOpening({ log, rounds, quick }: BenchContext): Promise<BenchOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-bench-open-'));
  const count = quick ? 20_000 : 1_000_000;
  try {
    const program = await bundled(join(import.meta.dirname, 'disk', 'opener.ts'), join(folder, 'opener.mjs'));
    const [plain, tagged] = [join(folder, 'plain'), join(folder, 'tagged')];
    await fill({ path: plain, maxBytes: MAX_BYTES, count, hasTags: false });
    await fill({ path: tagged, maxBytes: MAX_BYTES, count, hasTags: true });
    const outcome: BenchOutcome = { results: [], claims: [] };
    const stores = { plain, tagged, unended: plain };
    const times: Record<string, number[]> = { plain: [], tagged: [], unended: [] };
    let peakBytes = 0;
    const cpuMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, path] of Object.entries(stores)) {
        if (name === 'unended') removeLastRows(path);
        const { stdout } = await run(process.execPath, [program, path, String(MAX_BYTES), keyOf(count - 1)]);
        const opened = JSON.parse(stdout) as Opened;
        if (!opened.isThere || opened.entries !== count)
          throw new Error(`Expected ${count} entries in ${path} but received ${stdout}`);
        times[name]?.push(opened.openMs);
        if (name !== 'plain') continue;
        cpuMs.push(opened.cpuMs);
        peakBytes = Math.max(peakBytes, opened.peakBytes);
      }
      log(`open, round ${round + 1}: ${JSON.stringify(times)}`);
    }
    for (const [name, some] of Object.entries(times)) {
      const value = median(some);
      outcome.results.push({ id: `open-${name}`, unit: 'ms', value, peers: {} });
      outcome.claims.push({ id: `open-${name}`, value, unit: 'ms', op: '<=', limit: MOST_MS });
    }
    outcome.results.push({ id: 'open-plain-processor-time', unit: 'ms', value: median(cpuMs), peers: {} });
    outcome.results.push({ id: 'open-peak-memory', unit: 'bytes', value: peakBytes, peers: {} });
    return outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Opened {
  readonly openMs: number;
  /** Processor time: what is left where other work takes the cores. */
  readonly cpuMs: number;
  readonly isThere: boolean;
  readonly entries: number;
  readonly peakBytes: number;
}

/** Leaves the last segment as a process that is killed does: what its records say stands nowhere else. */
function removeLastRows(path: string): void {
  const segments = join(path, 'segments');
  const last = readdirSync(segments)
    .filter((name) => name.endsWith('.rows'))
    .sort()
    .at(-1);
  if (last !== undefined) rmSync(join(segments, last));
}
