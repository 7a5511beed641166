import { describe, test } from 'vitest';
import { memory } from '../../src/index.js';
import { taskEngineContract } from '../../src/testing.js';

describe('the memory engine', () => {
  for (const { name, run } of taskEngineContract({ createEngine: () => memory({ maxDataBytes: 100_000 }) }))
    test(name, run);
});
