// A record that is marked as dead must keep earlier ones of its key dead.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disk } from '../src/disk.js';

test('an earlier value does not come back when the later one was let go', async () => {
  const path = mkdtempSync(join(tmpdir(), 'framerail-disk-scan-'));
  const segments = join(path, 'segments');
  const tier = disk({ path, maxBytes: 1024 * 1024 });
  await tier.open();
  const set = (text: string) =>
    tier.set('key', {
      bytes: Buffer.from(text),
      meta: { createdAtMs: 1, tags: [], cost: 0, compression: 'none', rawBytes: 1 },
    });
  await set('first');
  await set('second');
  await tier.close();
  // As a crash could leave it: the first record without a mark, the second with one, and no rows beside them.
  const log = join(segments, readdirSync(segments).find((name) => name.endsWith('.log')) ?? '');
  rmSync(log.replace('.log', '.rows'));
  const bytes = readFileSync(log);
  const [first, second] = [64, bytes.indexOf(Buffer.from([0x46, 0x72]), 66)];
  expect(bytes[first + 2]).toBe(0xff);
  bytes[first + 2] = 0;
  bytes[second + 2] = 0xff;
  writeFileSync(log, bytes);
  const again = disk({ path, maxBytes: 1024 * 1024 });
  await again.open();
  expect(await again.get('key')).toBeUndefined();
  await again.close();
  rmSync(path, { recursive: true });
});
