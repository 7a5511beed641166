// What a cache is worth: how often it has what is asked for, and what is left after crashes,
// how soon a large store is open, and what it takes. Each part can be run by
// itself: npm run bench -- cache hit-rate
import type { Bench, BenchContext, BenchOutcome } from './contract.ts';

/** Parts by name. Each is loaded when it is run, because each has peers of its own. */
export const PARTS: Readonly<Record<string, Bench>> = {
  'hit-rate': async (context) => (await import('./cache/hit-rate.ts')).measureHitRates(context),
  playhead: async (context) => (await import('./cache/playhead.ts')).measurePlayheads(context),
  speed: async (context) => (await import('./cache/speed.ts')).measureSpeed(context),
  crash: async (context) => (await import('./cache/crash.ts')).measureCrashes(context),
  open: async (context) => (await import('./cache/disk-open.ts')).measureOpening(context),
  caps: async (context) => (await import('./cache/disk-caps.ts')).measureCaps(context),
};

/** The bench `cache`: all parts. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  const whole: BenchOutcome = { results: [], claims: [] };
  for (const [name, part] of Object.entries(PARTS)) {
    const { results, claims } = await part(context);
    whole.results.push(...results.map((result) => ({ ...result, id: `${name}/${result.id}` })));
    whole.claims.push(...claims.map((claim) => ({ ...claim, id: `${name}/${claim.id}` })));
  }
  return whole;
}
