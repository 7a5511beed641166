// What a queue is worth: what it costs beside its peers, what is left of its tasks after crashes, and how often resources
// are loaded. Each part can be run by itself: npm run bench -- queue speed
import type { Bench, BenchContext, BenchOutcome } from './contract.ts';

/** Parts by name. Each is loaded when it is run, because each has peers of its own. */
export const PARTS: Readonly<Record<string, Bench>> = {
  speed: async (context) => (await import('./queue/speed.ts')).measureSpeed(context),
  crash: async (context) => (await import('./queue/crash.ts')).measureCrashes(context),
  clients: async (context) => (await import('./queue/clients.ts')).measureClients(context),
  admission: async (context) => (await import('./queue/admission.ts')).measureAdmission(context),
  bulk: async (context) => (await import('./queue/bulk.ts')).measureBulk(context),
  resources: async (context) => (await import('./queue/resources.ts')).measureResources(context),
};

/** The bench `queue`: all parts. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  const whole: BenchOutcome = { results: [], claims: [] };
  for (const [name, part] of Object.entries(PARTS)) {
    const { results, claims } = await part(context);
    whole.results.push(...results.map((result) => ({ ...result, id: `${name}/${result.id}` })));
    whole.claims.push(...claims.map((claim) => ({ ...claim, id: `${name}/${claim.id}` })));
  }
  return whole;
}
