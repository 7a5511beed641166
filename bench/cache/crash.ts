// What becomes of the disk tier's stores when writers are killed, files are damaged and disks are full: a table, in which
// nothing may be wrong and nothing lost.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { bitFlipTrials, truncationTrials, vanishTrials } from './crash/damage.ts';
import { otherVersionTrials, readOnlyTrials } from './crash/folders.ts';
import { fullDiskTrials, onSmallDisk } from './crash/full-disk.ts';
import { killTrials, type TrialContext, twoWriterTrials } from './crash/kills.ts';
import type { CrashRow } from './crash/rows.ts';
import { tornTrials } from './crash/torn.ts';

type Trials = Readonly<Record<string, (context: TrialContext) => Promise<CrashRow | undefined>>>;

/** Does all trials: 1,000 kills and a last segment cut at every byte among them, or some of each with `quick`. */
export async function measureCrashes({ log, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-bench-crash-'));
  const times = (full: number, some: number): number => (quick ? some : full);
  const one = { areBothKilled: false, isTight: false };
  // Processes beside this one do the first, this one the second, at the same time.
  const processes: Trials = {
    'killed-writer': (context) => killTrials(context, times(1000, 20), 'ample'),
    'killed-writer-while-cleaning': (context) => killTrials(context, times(300, 20), 'cleaning'),
    'killed-writer-while-evicting': (context) => killTrials(context, times(300, 20), 'tight'),
    'two-writers-one-killed': (context) => twoWriterTrials(context, times(30, 2), one),
    'two-writers-both-killed': (context) =>
      twoWriterTrials(context, times(60, 3), { ...one, areBothKilled: true }),
    'two-writers-both-killed-while-evicting': (context) =>
      twoWriterTrials(context, times(60, 3), { areBothKilled: true, isTight: true }),
  };
  const damages: Trials = {
    'truncated-last-segment': (context) => truncationTrials(context, quick ? 61 : 1),
    'torn-record': (context) => tornTrials(context, times(2000, 100)),
    'flipped-bit': (context) => bitFlipTrials(context, times(5000, 200)),
    'vanished-file': (context) => vanishTrials(context),
    'other-version': (context) => otherVersionTrials(context),
    'full-disk': (context) =>
      onSmallDisk(context.folder, 8, (root) => fullDiskTrials(context, root, times(40, 3))),
    'read-only-folder': (context) =>
      onSmallDisk(context.folder, 8, (root) => readOnlyTrials(root, times(20, 3))),
  };
  const rows = new Map<string, CrashRow | undefined>();
  const run = async (trials: Trials): Promise<void> => {
    for (const [name, work] of Object.entries(trials)) {
      const own = join(folder, name);
      mkdirSync(own);
      const startMs = performance.now();
      const row = await work({ folder: own, seed, log });
      rows.set(name, row);
      rmSync(own, { recursive: true });
      log(
        `${name}: ${row === undefined ? 'left out, because no small disk can be mounted here' : told(row)}; ${Math.round((performance.now() - startMs) / 1000)} s`,
      );
    }
  };
  try {
    await Promise.all([run(processes), run(damages)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const outcome: BenchOutcome = { results: [], claims: [] };
  for (const name of Object.keys({ ...processes, ...damages })) {
    const row = rows.get(name);
    if (row !== undefined) addRow(outcome, name, row);
  }
  return outcome;
}

const told = ({ trials, opened, asked, wrong, lost, corruptions }: CrashRow): string =>
  `${trials} trials, ${opened} opened, ${asked} asked, ${wrong} wrong, ${lost} lost, ${corruptions} damages found`;

function addRow({ results, claims }: BenchOutcome, name: string, row: CrashRow): void {
  const { trials, opened, asked, wrong, lost, corruptions } = row;
  for (const [what, value] of Object.entries({ trials, opened, asked, 'damages-found': corruptions }))
    results.push({ id: `crash-${name}-${what}`, unit: 'count', value, peers: {} });
  const claim = (what: string, value: number): void => {
    claims.push({ id: `crash-${name}-${what}`, value, unit: 'count', op: '<=', limit: 0 });
  };
  claim('unopened', trials - opened);
  claim('wrong', wrong);
  claim('lost', lost);
}
