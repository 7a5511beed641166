import { test } from 'vitest';
import { memory } from '../../src/index.js';
import { holdAgainstModel } from './model.js';

test('the memory engine does what the model does', { timeout: 240_000 }, async () => {
  await holdAgainstModel({
    numRuns: 150,
    maxCommands: 120,
    isExact: true,
    async open() {
      const engine = memory();
      await engine.open();
      return engine;
    },
  });
});
