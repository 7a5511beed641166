// What getting memory for a frame and giving it back costs in time and in garbage.
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { alternate } from '../measure.ts';
import { runChild } from './child.ts';
import type { CycleRun } from './cycle-run.ts';
import { WAYS, type Way } from './cycles.ts';

const OURS = 'pool';

/** Measures all ways in alternating order, each run in a process of its own. */
export async function measureCycles({ log, rounds, quick }: BenchContext): Promise<BenchOutcome> {
  const cycles = quick ? 200_000 : 10_000_000;
  const runs = new Map<string, CycleRun[]>();
  const contender =
    (name: string, { share }: Way) =>
    async () => {
      const args = [name, String(cycles * share)];
      const run = await runChild<CycleRun>('cycle-run.ts', args, ['--expose-gc']);
      runs.set(name, [...(runs.get(name) ?? []), run]);
      const { minor, major } = run.collections;
      log(`${name}: ${run.ns.toFixed(1)} ns, ${run.growthBytes} bytes, ${minor} + ${major} collections`);
      return run.ns / 1e6;
    };
  const ways = Object.entries(WAYS);
  const names = Object.keys(WAYS);
  const contenders = Object.fromEntries(ways.map(([name, way]) => [name, contender(name, way)]));
  const timings = await alternate(contenders, { rounds, warmup: 0 });
  const peersOf = (of: (name: string) => number, among: readonly string[]) =>
    Object.fromEntries(among.filter((name) => name !== OURS).map((name) => [name, of(name)]));
  const ns = (name: string) => (timings[name]?.medianMs ?? Number.NaN) * 1e6;
  const worst = (name: string, of: (run: CycleRun) => number) => Math.max(...(runs.get(name) ?? []).map(of));
  const growth = (name: string) => worst(name, (run) => run.growthBytes) / 1e6;
  const collections = (name: string) => worst(name, (run) => run.collections.minor + run.collections.major);
  const perMillion = (name: string) => (collections(name) / (cycles * (WAYS[name]?.share ?? 1))) * 1e6;
  const asManyCycles = ways.filter(([, { share }]) => share === 1).map(([name]) => name);
  return {
    results: [
      { id: 'acquire-release-4k-nv12', unit: 'ns/cycle', value: ns(OURS), peers: peersOf(ns, names) },
      {
        id: `heap-growth-${cycles}-cycles`,
        unit: 'MB',
        value: growth(OURS),
        peers: peersOf(growth, asManyCycles),
      },
      {
        id: 'collections-per-million-cycles',
        unit: 'collections',
        value: perMillion(OURS),
        peers: peersOf(perMillion, names),
      },
    ],
    claims: [
      { id: 'acquire-release', value: ns(OURS), unit: 'ns', op: '<=', limit: 150 },
      { id: 'heap-growth', value: growth(OURS), unit: 'MB', op: '<=', limit: 1 },
      { id: 'collections', value: collections(OURS), unit: 'collections', op: '<=', limit: 0 },
    ],
  };
}
