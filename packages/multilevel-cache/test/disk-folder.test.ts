// Where a disk tier may live, and what it does with what is there.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSmallDisk } from '../../../scripts/testing/small-disk.js';
import { disk } from '../src/disk.js';
import type { StoredEntry } from '../src/index.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-disk-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MIB = 1024 * 1024;
const open = async (path: string) => {
  const tier = disk({ path, maxBytes: 4 * MIB });
  await tier.open();
  return tier;
};
const entryOf = (text: string): StoredEntry => ({
  bytes: Buffer.from(text),
  meta: { createdAtMs: 1, tags: ['t'], cost: 0, compression: 'none', rawBytes: text.length },
});
const textOf = (entry: StoredEntry | undefined) => entry && Buffer.from(entry.bytes).toString();

test('keeps everything from one opening to the next', async () => {
  const path = join(folder, 'a', 'b', 'store');
  for (let round = 0; round < 5; round += 1) {
    await using tier = await open(path);
    for (let earlier = 0; earlier < round; earlier += 1) {
      expect(textOf(await tier.get(`key-${earlier}`))).toBe(`value ${earlier}`);
      expect((await tier.get(`large-${earlier}`))?.bytes.byteLength).toBe(100_000 + earlier);
    }
    await tier.set(`key-${round}`, entryOf(`value ${round}`));
    await tier.set(`large-${round}`, entryOf('x'.repeat(100_000 + round)));
    await tier.set('deleted', entryOf('gone'));
    await tier.delete('deleted');
  }
  await using tier = await open(path);
  expect(await tier.has('deleted')).toBe(false);
  expect(tier.stats()).toMatchObject({ entries: 10, corruptions: 0 });
  expect(await tier.deleteByTag('t')).toBe(10);
});

test('sets a store of another version aside, untouched', async () => {
  const path = join(folder, 'store');
  const stamp = join(path, 'framerail-disk-cache.json');
  {
    await using tier = await open(path);
    await tier.set('key', entryOf('of the first version'));
  }
  writeFileSync(stamp, '{"format":2}\n');
  {
    await using tier = await open(path);
    expect(await tier.get('key')).toBeUndefined();
    await tier.set('key', entryOf('of the second'));
  }
  const [aside = ''] = readdirSync(folder).filter((name) => name.startsWith('store.format-2-'));
  expect(readFileSync(join(folder, aside, 'framerail-disk-cache.json'), 'utf8')).toBe('{"format":2}\n');
  expect(readdirSync(join(folder, aside, 'segments')).length).toBeGreaterThan(0);
  await using tier = await open(path);
  expect(textOf(await tier.get('key'))).toBe('of the second');
});

test('sets a store behind a link aside where it lies, and keeps the link', async () => {
  const [path, link] = [join(folder, 'elsewhere', 'store'), join(folder, 'link')];
  mkdirSync(path, { recursive: true });
  symlinkSync(path, link);
  {
    await using tier = await open(link);
    await tier.set('key', entryOf('value'));
  }
  expect(readdirSync(path)).toContain('segments');
  writeFileSync(join(path, 'framerail-disk-cache.json'), '{"format":2}\n');
  await using tier = await open(link);
  expect(await tier.get('key')).toBeUndefined();
  expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'link']);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual([
    'store',
    expect.stringMatching(/^store\.format-2-/),
  ]);
});

test.each(['', 'nonsense', '{"format":"1"}', 'null'])('opens a store whose stamp says %j', async (text) => {
  const path = join(folder, 'store');
  {
    await using tier = await open(path);
    await tier.set('key', entryOf('value'));
  }
  writeFileSync(join(path, 'framerail-disk-cache.json'), text);
  await using tier = await open(path);
  expect(textOf(await tier.get('key'))).toBe('value');
});

describe('refuses', () => {
  test('a folder with something else in it, and leaves it alone', async () => {
    writeFileSync(join(folder, 'letter.txt'), 'dear');
    await expect(open(folder)).rejects.toMatchObject({ code: 'E_CACHE_FORMAT' });
    expect(readdirSync(folder)).toEqual(['letter.txt']);
  });

  test('a file, and a path below a file', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'dear');
    await expect(open(path)).rejects.toMatchObject({ code: 'E_CACHE_FORMAT' });
    await expect(open(join(path, 'store'))).rejects.toMatchObject({ code: 'E_CACHE_FORMAT' });
    expect(readFileSync(path, 'utf8')).toBe('dear');
  });

  test('a store of another version that is a disk of its own, and changes nothing', async ({ skip }) => {
    using small = openSmallDisk(8 * MIB);
    if (small === undefined) return skip();
    {
      await using tier = await open(small.path);
      await tier.set('key', entryOf('value'));
    }
    const stamp = join(small.path, 'framerail-disk-cache.json');
    const own = readFileSync(stamp);
    writeFileSync(stamp, '{"format":2}\n');
    await expect(open(small.path)).rejects.toMatchObject({ code: 'E_CACHE_FORMAT' });
    writeFileSync(stamp, own);
    await using tier = await open(small.path);
    expect(textOf(await tier.get('key'))).toBe('value');
  });

  test('a folder that cannot be written to, and opens when it can', async ({ skip }) => {
    using small = openSmallDisk(8 * MIB);
    if (small === undefined) return skip();
    const path = join(small.path, 'store');
    mkdirSync(path);
    small.makeReadOnly();
    await expect(open(path)).rejects.toMatchObject({ code: 'E_CACHE_DENIED' });
    expect(existsSync(join(path, 'segments'))).toBe(false);
  });

  test.each([
    [{ path: 'x' }, 'E_UNBOUNDED'],
    [{ path: 'x', maxBytes: Number.POSITIVE_INFINITY }, 'E_UNBOUNDED'],
    [{ path: 'x', maxBytes: 0 }, 'E_INVALID_ARGUMENT'],
    [{ path: 'x', maxBytes: 1000 }, 'E_INVALID_ARGUMENT'],
    [{ path: 'x', maxBytes: Number.NaN }, 'E_INVALID_ARGUMENT'],
    [{ path: '', maxBytes: MIB }, 'E_INVALID_ARGUMENT'],
    [{ path: 'a\0b', maxBytes: MIB }, 'E_INVALID_ARGUMENT'],
    [{ path: 7, maxBytes: MIB }, 'E_INVALID_ARGUMENT'],
    [{ path: 'x', maxBytes: MIB, durability: 'maybe' }, 'E_INVALID_ARGUMENT'],
    [{ path: 'x', maxBytes: MIB, policy: 'lru' }, 'E_INVALID_ARGUMENT'],
    [{ path: 'x', maxBytes: MIB, nowMs: 5 }, 'E_INVALID_ARGUMENT'],
    [{ path: 'x', maxBytes: MIB, maxOpenFiles: 0 }, 'E_INVALID_ARGUMENT'],
    [{ path: 'x', maxBytes: MIB, maxEntryBytes: -1 }, 'E_INVALID_ARGUMENT'],
    [undefined, 'E_INVALID_ARGUMENT'],
  ])('options %j', (options, code) => {
    expect(() => disk(options as never)).toThrow(expect.objectContaining({ code }));
  });

  test('calls before it is open', async () => {
    const tier = disk({ path: join(folder, 'store'), maxBytes: MIB });
    await expect(tier.get('a')).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' });
    await tier.close();
    await expect(tier.open()).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' });
  });
});

test('drops what expires, also when the clock went back in between', async () => {
  let nowMs = 1_000_000;
  const path = join(folder, 'store');
  await using tier = disk({ path, maxBytes: 4 * MIB, nowMs: () => nowMs });
  await tier.open();
  const { bytes, meta } = entryOf('value');
  await tier.set('a', { bytes, meta: { ...meta, expiresAtMs: nowMs + 1000 } });
  await tier.set('b', { bytes, meta: { ...meta, expiresAtMs: nowMs + 1000 } });
  nowMs -= 500_000;
  expect(await tier.has('a')).toBe(true);
  nowMs += 501_000;
  expect(await tier.get('a')).toBeUndefined();
  nowMs -= 1000;
  expect(await tier.has('a')).toBe(false);
  expect(await tier.has('b')).toBe(true);
  expect(tier.stats().expirations).toBe(1);
});
