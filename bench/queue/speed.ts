// What a task costs that does nothing: in memory beside p-queue, on a disk beside plainjob and BullMQ, in threads beside
// piscina.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { measureDurable } from './speed/durable.ts';
import { measureMemory } from './speed/in-memory.ts';
import { measureThreads } from './speed/in-threads.ts';

/** Programs of threads; each where the package's own isn't to be taken. */
export interface ThreadPrograms {
  readonly sqliteWorker?: string | undefined;
  readonly worker?: string | undefined;
}

/** All parts, in a folder of the machine's temporary ones. */
export async function measureSpeed(
  context: BenchContext,
  { sqliteWorker, worker }: ThreadPrograms = {},
): Promise<BenchOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-bench-queue-'));
  try {
    const parts = [
      await measureMemory(context),
      await measureDurable(context, folder, sqliteWorker),
      await measureThreads(context, folder, worker),
    ];
    return {
      results: parts.flatMap(({ results }) => results),
      claims: parts.flatMap(({ claims }) => claims),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
