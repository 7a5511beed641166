// Two tiers over one folder. They share nothing but the folder, as two processes do; `bench/test/cache-crash.test.ts`
// tries real ones.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerName } from '@framerail/lifecycle/process-owner';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { disk } from '../src/disk.js';
import { type ByteTier, type EvictionOptions, lru, type StoredEntry } from '../src/index.js';

const MIB = 1024 * 1024;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-disk-shared-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = async (maxBytes = 8 * MIB): Promise<ByteTier> => {
  const tier = disk({ path: join(folder, 'store'), maxBytes, lockTimeoutMs: 5000 });
  await tier.open();
  return tier;
};
const entryOf = (text: string, tags: readonly string[] = []): StoredEntry => ({
  bytes: Buffer.from(text),
  meta: { createdAtMs: 1, tags, cost: 0, compression: 'none', rawBytes: text.length },
});
const textOf = (entry: StoredEntry | undefined) => entry && Buffer.from(entry.bytes).toString();

test('what one sets, replaces, deletes and clears the other sees', async () => {
  await using one = await open();
  await using other = await open();
  for (let round = 0; round < 5; round += 1) {
    const [writer, reader] = round % 2 === 0 ? [one, other] : [other, one];
    const large = `${round}`.repeat(100_000);
    await writer.set('a', entryOf(`small ${round}`, ['t']));
    await writer.set('b', entryOf(large));
    expect(textOf(await reader.get('a'))).toBe(`small ${round}`);
    expect(textOf(await reader.get('b'))).toBe(large);
    expect(await reader.deleteByTag('t')).toBe(1);
    expect(await writer.has('a')).toBe(false);
    await writer.delete('b');
    expect(await reader.get('b')).toBeUndefined();
    await reader.set('c', entryOf('c'));
    await writer.clear();
    expect(await reader.get('c')).toBeUndefined();
    expect(reader.stats().entries).toBe(0);
  }
  expect(one.stats()).toMatchObject({ corruptions: 0, errors: 0 });
  expect(other.stats()).toMatchObject({ corruptions: 0, errors: 0 });
});

test('both write at once, above the cap, and each reads only what was written', async () => {
  await using one = await open(2 * MIB);
  await using other = await open(2 * MIB);
  const write = async (tier: ByteTier, name: string): Promise<void> => {
    for (let i = 0; i < 400; i += 1) {
      const key = `key-${(i * 7) % 90}`;
      await tier.set(key, entryOf(`${name} ${key} ${'.'.repeat((i * 331) % 40_000)}`));
      const text = textOf(await tier.get(`key-${(i * 13) % 90}`));
      if (text !== undefined) expect(text).toMatch(new RegExp(`^(one|other) key-${(i * 13) % 90} \\.*$`));
    }
  };
  await Promise.all([write(one, 'one'), write(other, 'other')]);
  expect(one.stats().bytes).toBeLessThanOrEqual(2 * MIB);
  expect(one.stats()).toMatchObject({ errors: 0, corruptions: 0 });
  expect(other.stats()).toMatchObject({ errors: 0, corruptions: 0 });
}, 60_000);

test('waits for a living writer for as long as it was told, and takes over from a dead one', async () => {
  await using tier = disk({ path: join(folder, 'store'), maxBytes: 8 * MIB, lockTimeoutMs: 100 });
  await tier.open();
  await tier.flush();
  const lock = join(folder, 'store', 'writer.lock');
  await new Promise((resolve) => setTimeout(resolve, 100));
  writeFileSync(lock, `${hostname()} somebody of another machine`);
  await expect(tier.set('a', entryOf('a'))).rejects.toMatchObject({ code: 'E_TIMEOUT' });
  expect(await tier.get('a')).toBeUndefined();
  rmSync(lock);
  await tier.set('a', entryOf('again'));
  expect(textOf(await tier.get('a'))).toBe('again');
});

test('what one deletes is gone for all, whatever their policies let go', async () => {
  const path = join(folder, 'store');
  const policy = (options: EvictionOptions<number>) => lru(options);
  const make = async (): Promise<ByteTier> => {
    const tier = disk({ path, maxBytes: MIB, policy });
    await tier.open();
    return tier;
  };
  const keys = Array.from({ length: 400 }, (_, at) => `key-${at}`);
  for (let round = 0; round < 3; round += 1) {
    const [one, other] = [await make(), await make()];
    for (const [at, key] of keys.entries()) {
      await one.set(key, entryOf('x'.repeat(2000), [`tag-${at % 10}`]));
      // Each hears of its own uses alone, and chooses other victims.
      await one.get(`key-${Math.floor(at / 3)}`);
      await other.get(`key-${Math.floor(at / 2) + 30}`);
    }
    for (const key of keys) if (Number(key.slice(4)) % 10 < 5) await other.delete(key);
    for (const tag of ['tag-5', 'tag-6', 'tag-7', 'tag-8', 'tag-9']) await other.deleteByTag(tag);
    const left = async (tier: ByteTier): Promise<string[]> => {
      const found = await Promise.all(keys.map(async (key) => ((await tier.get(key)) ? key : '')));
      return found.filter((key) => key !== '');
    };
    expect(await left(one)).toEqual([]);
    await Promise.all([one.close(), other.close()]);
    const again = await make();
    expect(await left(again)).toEqual([]);
    await again.close();
  }
}, 60_000);

/** The name of a process that has ended. */
const deadOwner = (): string => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return ownerName().replace(/-\d+-/, `-${pid}-`);
};

test('takes over from a process that died while it took over from a dead one, at whatever moment', async () => {
  const path = join(folder, 'store');
  const orphan = join(path, 'files', '00000000abcde.value');
  await using tier = disk({ path, maxBytes: 8 * MIB, lockTimeoutMs: 2000 });
  await tier.open();
  for (const left of [['writer.lock'], ['writer.left'], ['writer.lock', 'writer.left']]) {
    await tier.flush();
    while (existsSync(join(path, 'writer.lock'))) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const name of left) writeFileSync(join(path, name), deadOwner());
    writeFileSync(orphan, 'what a dead process had begun');
    expect(await tier.set('a', entryOf('again'))).toEqual({ stored: true });
    expect(existsSync(orphan)).toBe(false);
    expect(existsSync(join(path, 'writer.left'))).toBe(false);
  }
});

test('a process that only reads counts no more than there is, whatever others write', async () => {
  await using writer = await open(8 * MIB);
  await using reader = await open(4 * MIB);
  for (let round = 0; round < 40; round += 1) {
    const sets = Array.from({ length: 40 }, (_, key) => writer.set(`${key}`, entryOf(large(round))));
    await Promise.all(sets);
    expect((await reader.get('39'))?.bytes.byteLength).toBe(large(round).length);
    expect(reader.stats().bytes).toBeLessThanOrEqual(8 * MIB);
  }
  // Its own, smaller cap holds as soon as it writes.
  await reader.set('own', entryOf('own'));
  const { stdout } = spawnSync('du', ['-s', '--block-size=1', join(folder, 'store')], { encoding: 'utf8' });
  expect(Number(stdout.split('\t')[0])).toBeLessThanOrEqual(4 * MIB);
});

const large = (round: number): string => 'x'.repeat(70_000 + round);

test('two that write in turn keep the folder below the cap, and each takes what the other wrote', async () => {
  const path = join(folder, 'store');
  const tiers = [await open(4 * MIB), await open(4 * MIB)] as const;
  for (let round = 0; round < 60; round += 1) {
    const [writer, reader] = round % 2 === 0 ? tiers : ([tiers[1], tiers[0]] as const);
    const keys = Array.from({ length: 8 }, (_, at) => `${round} ${at}`);
    const outcomes = await Promise.all(keys.map((key) => writer.set(key, entryOf(large(round)))));
    const stored = keys.filter((_, at) => outcomes[at]?.stored === true);
    for (const key of stored) expect((await reader.get(key))?.bytes.byteLength).toBe(large(round).length);
    const { stdout } = spawnSync('du', ['-s', '--block-size=1', path], { encoding: 'utf8' });
    expect(Number(stdout.split('\t')[0])).toBeLessThanOrEqual(4 * MIB);
  }
  for (const tier of tiers) {
    expect(tier.stats()).toMatchObject({ corruptions: 0, errors: 0 });
    await tier.close();
  }
}, 60_000);

test('what is appended while a process reads the log is found, though another segment was begun meanwhile', async () => {
  await using writer = await open(MIB);
  const path = join(folder, 'copy');
  // The reader's folder is at moments of the writer's, of which one comes in the middle of its reading.
  const follow = (): void => {
    for (const part of ['.', 'segments', 'files']) {
      mkdirSync(join(path, part), { recursive: true });
      for (const one of readdirSync(join(folder, 'store', part), { withFileTypes: true }))
        if (one.isFile() && one.name !== 'writer.lock')
          writeFileSync(join(path, part, one.name), readFileSync(join(folder, 'store', part, one.name)));
    }
  };
  let onRead = (): void => {};
  const policy = (options: EvictionOptions<number>) => {
    const made = lru(options);
    const set = made.set.bind(made);
    made.set = (...given) => {
      onRead();
      return set(...given);
    };
    return made;
  };
  const segments = (): number =>
    readdirSync(join(folder, 'store', 'segments')).filter((name) => name.endsWith('.log')).length;
  await writer.set('first', entryOf('1'));
  follow();
  await using reader = disk({ path, maxBytes: MIB, policy });
  await reader.open();
  await writer.set('second', entryOf('2'));
  follow();
  appendFileSync(join(path, 'turns'), '.');
  await writer.set('third', entryOf('3'));
  await writer.set('large', entryOf('4'.repeat(100_000)));
  for (const before = segments(); segments() === before; )
    await writer.set('filler', entryOf('x'.repeat(8000)));
  onRead = () => {
    onRead = () => {};
    follow();
  };
  expect(textOf(await reader.get('second'))).toBe('2');
  expect(textOf(await reader.get('third'))).toBe('3');
  expect(textOf(await reader.get('large'))).toBe('4'.repeat(100_000));
  expect(textOf(await reader.get('first'))).toBe('1');
});
