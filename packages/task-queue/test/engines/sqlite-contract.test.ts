import { afterAll, describe, test } from 'vitest';
import { sqlite } from '../../src/sqlite.js';
import { taskEngineContract } from '../../src/testing.js';
import { sqliteFiles } from './sqlite-files.js';

const files = await sqliteFiles();
afterAll(() => files[Symbol.asyncDispose]());

describe.each([
  ['with a thread of its own', { ...files.program, maxDataBytes: 100_000 }],
  ['in this thread', { thread: false, maxDataBytes: 100_000 }],
])('the sqlite engine %s', (_, options) => {
  const cases = taskEngineContract({
    createEngine: () => sqlite({ path: files.path(), ...options }),
    createPair() {
      const path = files.path();
      return Promise.resolve([sqlite({ path, ...options }), sqlite({ path, ...options })] as const);
    },
  });
  for (const { name, run } of cases) test(name, run);
});
