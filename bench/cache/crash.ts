// What becomes of the disk tier's stores when writers are killed, files are damaged and disks are full: a table, in which
// nothing may be wrong and nothing lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { bitFlipTrials, truncationTrials, vanishTrials } from './crash/damage.ts';
import { fullDiskTrials, onSmallDisk } from './crash/full-disk.ts';
import { killTrials, type TrialContext, twoWriterTrials } from './crash/kills.ts';
import type { CrashRow } from './crash/rows.ts';

/** Does all trials: 1,000 kills and a last segment cut at every byte, or some of each with `quick`. */
export async function measureCrashes({ log, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-bench-crash-'));
  const context: TrialContext = { folder, seed, log };
  const trials: Record<string, () => Promise<CrashRow | undefined>> = {
    'killed-writer': () => killTrials(context, quick ? 20 : 1000, false),
    'killed-writer-while-evicting': () => killTrials(context, quick ? 20 : 200, true),
    'two-writers-one-killed': () => twoWriterTrials(context, quick ? 3 : 30),
    'truncated-last-segment': () => truncationTrials(context, quick ? 61 : 1),
    'flipped-bit': () => bitFlipTrials(context, quick ? 200 : 5000),
    'vanished-file': () => vanishTrials(context),
    'full-disk': () => onSmallDisk(folder, 8, (root) => fullDiskTrials(context, root, quick ? 3 : 40)),
  };
  const outcome: BenchOutcome = { results: [], claims: [] };
  try {
    for (const [name, run] of Object.entries(trials)) {
      const row = await run();
      if (row === undefined) log(`${name}: left out, because no small disk can be mounted here`);
      else addRow(outcome, name, row);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return outcome;
}

function addRow({ results, claims }: BenchOutcome, name: string, row: CrashRow): void {
  const { trials, opened, asked, wrong, lost, corruptions } = row;
  const peers = { opened, asked, wrong, lost, 'damage found': corruptions };
  results.push({ id: `crash-${name}`, unit: 'trials', value: trials, peers });
  const claim = (what: string, value: number): void => {
    claims.push({ id: `crash-${name}-${what}`, value, unit: 'count', op: '<=', limit: 0 });
  };
  claim('unopened', trials - opened);
  claim('wrong', wrong);
  claim('lost', lost);
}
