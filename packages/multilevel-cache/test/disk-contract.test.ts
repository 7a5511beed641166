import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { disk } from '../src/disk.js';
import { byteTierContract } from '../src/testing.js';

const root = mkdtempSync(join(tmpdir(), 'framerail-disk-contract-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

describe.each(['none', 'data', 'sync'] as const)('disk with durability %s', (durability) => {
  const cases = byteTierContract({
    createTier: (options) => {
      count += 1;
      return disk({ path: join(root, String(count)), durability, ...options });
    },
  });
  test.each(cases)('$name', ({ run }) => run());
});
