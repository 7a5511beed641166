// Hit rates of every eviction policy on traces that were recorded and on traces that are made up, beside lru-cache,
// transitory, and a cache that knows the future.
import { type LoadedTrace, loadTrace, simulate } from '@framerail/multilevel-cache/simulator';
import type { BenchClaim, BenchContext, BenchOutcome } from '../contract.ts';
import { FAMILIES } from './hit-rate/families.ts';
import { measureFamily } from './hit-rate/family-gaps.ts';
import { GENERATED, loadGenerated } from './hit-rate/generated.ts';
import { peerHitRates } from './hit-rate/peers.ts';
import { RECORDED, type RecordedTrace, recordedPath } from './hit-rate/recorded.ts';

/** Percentage points by which the default may stay behind the better of LRU and W-TinyLFU. */
const MAY_LACK = 1;
/** The same against the published rates of W-TinyLFU with a climbing window. */
const MAY_LACK_OF_CLIMBING = 0.5;

/** Members of each family of traces. */
const MEMBERS = 4;

/** Replays all traces; with `quick` only the smaller ones. */
export async function measureHitRates({ log, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  log(row(['trace@size', 'ours', 'to opt', 'opt', 'lru', 'sieve', 's3-fifo', 'lru-cache', 'transitory']));
  for (const recorded of RECORDED) {
    const path = recordedPath(recorded.file);
    if (path === undefined) log(`${recorded.name}: left out, there is no ../shared/traces/${recorded.file}`);
    else if (!quick || recorded.name !== 'OLTP')
      await addTrace(outcome, await loadTrace({ path }), recorded, log);
  }
  for (const generated of quick ? GENERATED.slice(-3) : GENERATED)
    await addTrace(outcome, loadGenerated(generated, seed), generated, log);
  log(row(['family, to the better peer', 'mean', 'worst', 'below -1', 'of']));
  for (const family of Object.keys(FAMILIES)) {
    const gaps = await measureFamily(family, seed, quick ? 1 : MEMBERS);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const worst = Math.min(...gaps);
    const below = gaps.filter((gap) => gap < -MAY_LACK).length;
    outcome.results.push(
      { id: `family ${family}/mean-over-best-peer`, unit: 'points', value: mean, peers: {} },
      { id: `family ${family}/worst-over-best-peer`, unit: 'points', value: worst, peers: {} },
    );
    log(row([family, mean.toFixed(2), worst.toFixed(2), `${below}`, `${gaps.length}`]));
  }
  return outcome;
}

/** What is known of a trace besides what it asks for. */
type Known = Pick<RecordedTrace, 'name' | 'sizes' | 'climbing' | 'golden'>;

async function addTrace(
  { results, claims }: BenchOutcome,
  trace: LoadedTrace,
  { name, sizes, climbing, golden }: Known,
  log: (text: string) => void,
): Promise<void> {
  const outcome = await simulate({ trace, sizes });
  for (const { size, policies, opt } of outcome.results) {
    const id = `${name}@${trace.hasSizes ? `${size / 2 ** 20}MiB` : size}`;
    const ours = 100 * (policies.find((one) => one.default)?.hitRate ?? 0);
    const others = policies.filter((one) => !one.default);
    const rates = Object.fromEntries(others.map(({ policy, hitRate }) => [policy, 100 * hitRate]));
    const peers = peerHitRates(trace, size);
    const gap = 100 * opt - ours;
    const published = climbing?.[size];
    results.push({
      id,
      unit: '%',
      value: ours,
      peers: { ...rates, ...peers, ...(published && { 'published climbing': published }), opt: 100 * opt },
    });
    results.push({ id: `${id}/gap-to-opt`, unit: 'points', value: gap, peers: {} });
    claims.push(atLeast(`${id}/over-best-peer`, ours - Math.max(...Object.values(peers)), -MAY_LACK));
    if (published !== undefined)
      claims.push(atLeast(`${id}/over-climbing`, ours - published, -MAY_LACK_OF_CLIMBING));
    const cells = [gap, 100 * opt, ...Object.values(rates), ...Object.values(peers)];
    log(row([id, ours.toFixed(2), ...cells.map((cell) => cell.toFixed(2))]));
  }
  for (const [policy, misses] of Object.entries(golden ?? {})) {
    const wrong = outcome.results.filter(
      ({ policies }, index) => policies.find((one) => one.policy === policy)?.missCount !== misses[index],
    );
    claims.push({ id: `${name}/${policy}-differs`, value: wrong.length, unit: 'sizes', op: '<=', limit: 0 });
  }
}

function atLeast(id: string, value: number, limit: number): BenchClaim {
  return { id, value, unit: 'points', op: '>=', limit };
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(32) + cells.map((cell) => cell.padStart(11)).join('');
}
