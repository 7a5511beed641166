import { join } from 'node:path';
import { describe, test } from 'vitest';
import { openDirectoryStore } from '../src/directory.js';
import { objectStoreContract } from '../src/testing.js';
import { temporaryFolder } from './temporary-folder.js';

describe.each(['none', 'data', 'sync'] as const)('a directory, durability %s', (durability) => {
  const contract = objectStoreContract({
    createStore: () => openDirectoryStore({ path: join(temporaryFolder(), 'store'), durability }),
  });
  for (const { name, run } of contract) test(name, run);
});
