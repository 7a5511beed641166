// What becomes of tasks when the processes that own their queue are killed, and workers are: a table, in which nothing may be lost
// and nothing completed twice.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from '../../scripts/testing/redis-server.ts';
import { findCommand } from '../../scripts/workspace/commands.mjs';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { median } from '../measure.ts';
import { ownerTrials, sharedTrials, type TrialContext, workerTrials } from './crash/kills.ts';
import type { Store } from './crash/order.ts';
import type { CrashRow } from './crash/rows.ts';
import { bundlePrograms } from './programs.ts';

const TRIALS = { owners: ownerTrials, shared: sharedTrials, workers: workerTrials } as const;
/** Milliseconds within which work has to start again. */
const RESTART_LIMIT_MS = 10_000;

/** Kills 500 owners and some more in each kind of store; some of each with `quick`. */
export async function measureCrashes({ log, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-bench-queue-crash-'));
  const hasRedis = findCommand('redis-server') !== undefined;
  if (!hasRedis) log('bullmq is left out: there is no redis-server');
  await using server = hasRedis ? await startRedisServer({ persistent: true }) : undefined;
  const outcome: BenchOutcome = { results: [], claims: [] };
  try {
    const programs = await bundlePrograms(folder);
    const stores: Record<string, (name: string) => Store> = {
      sqlite: (name) => ({
        kind: 'sqlite',
        path: join(folder, `${name}.db`),
        program: programs.sqliteWorker,
      }),
    };
    if (server !== undefined)
      stores['bullmq'] = (queue) => ({
        kind: 'bullmq',
        url: server.url,
        queue,
        program: programs.bullmqWorker,
      });
    const kills = quick ? { owners: 5, shared: 2, workers: 3 } : { owners: 500, shared: 60, workers: 200 };
    for (const [kind, newStore] of Object.entries(stores)) {
      for (const [what, trials] of Object.entries(TRIALS)) {
        const own = join(folder, `${kind}-${what}`);
        mkdirSync(own);
        const context: TrialContext = {
          folder: own,
          programs,
          newStore: (name) => newStore(`${kind}-${what}-${name}`),
          seed,
          log,
        };
        const row = await trials(context, kills[what as keyof typeof kills]);
        log(
          `${kind}, ${what}: ${JSON.stringify({ ...row, restartsMs: Math.round(Math.max(0, ...row.restartsMs)) })}`,
        );
        addRow(outcome, `${kind}-${what}`, row);
      }
    }
    return outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function addRow({ results, claims }: BenchOutcome, name: string, row: CrashRow): void {
  const { kills, acknowledged, begunAgain, restartsMs } = row;
  for (const [what, value] of Object.entries({ kills, acknowledged, 'begun-again': begunAgain }))
    results.push({ id: `crash-${name}-${what}`, unit: 'count', value, peers: {} });
  for (const what of ['lost', 'twice', 'begunTwice'] as const) {
    const id = `crash-${name}-${what === 'begunTwice' ? 'begun-twice' : what}`;
    claims.push({ id, value: row[what], unit: 'count', op: '<=', limit: 0 });
  }
  if (restartsMs.length === 0) return;
  results.push({ id: `crash-${name}-restart-median`, unit: 'ms', value: median(restartsMs), peers: {} });
  claims.push({
    id: `crash-${name}-restart-longest`,
    value: Math.max(...restartsMs),
    unit: 'ms',
    op: '<=',
    limit: RESTART_LIMIT_MS,
  });
}
