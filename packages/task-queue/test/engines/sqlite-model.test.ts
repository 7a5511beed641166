import { afterAll, test } from 'vitest';
import type { TaskEngine } from '../../src/index.js';
import { type SqliteOptions, sqlite } from '../../src/sqlite.js';
import { holdAgainstModel } from './model.js';
import { sqliteFiles } from './sqlite-files.js';

const files = await sqliteFiles();
afterAll(() => files[Symbol.asyncDispose]());

test.each([
  ['with a thread of its own', files.program, 30],
  ['in this thread', { thread: false }, 80],
] as const)(
  'the sqlite engine %s does what the model does',
  { timeout: 240_000 },
  async (_, options, numRuns) => {
    const paths = new Map<TaskEngine, string>();
    const open = async (path: string): Promise<TaskEngine> => {
      const engine = sqlite({ path, durability: 'normal', ...options } satisfies SqliteOptions);
      await engine.open();
      paths.set(engine, path);
      return engine;
    };
    await holdAgainstModel({
      numRuns,
      maxCommands: 100,
      isExact: true,
      open: () => open(files.path()),
      async reopen(engine) {
        const next = await open(paths.get(engine) as string);
        await engine.close();
        return next;
      },
    });
  },
);
