// What a call costs: hits in memory beside lru-cache and others, two tiers beside bentocache and cacheable, the disk
// tier beside cacache.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { measureDisk } from './speed/disk.ts';
import { measureMemory } from './speed/memory.ts';
import { measureTwoTiers } from './speed/two-tiers.ts';

/** All parts, in a folder of the machine's temporary ones. */
export async function measureSpeed(context: BenchContext): Promise<BenchOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-bench-speed-'));
  try {
    const parts = [
      await measureMemory(context),
      await measureTwoTiers(context, folder),
      await measureDisk(context, folder),
    ];
    return {
      results: parts.flatMap(({ results }) => results),
      claims: parts.flatMap(({ claims }) => claims),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
