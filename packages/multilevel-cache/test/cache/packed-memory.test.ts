import { describe, it } from 'vitest';
import { packedMemory } from '../../src/index.js';
import { byteTierContract } from '../../src/testing.js';

describe('packedMemory', () => {
  const createTier = ({ maxBytes, nowMs }: { maxBytes: number; nowMs: () => number }) =>
    packedMemory({ maxBytes, wallClock: nowMs });
  for (const { name, run } of byteTierContract({ createTier })) it(name, run);
});
