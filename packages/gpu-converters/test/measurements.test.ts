import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder } from '../src/choice/cache-folder.js';
import type { MeasurementStore, StoredMeasurement } from '../src/choice/measurement-store.js';
import { createFileMeasurements } from '../src/choice/measurement-stores/file-store.js';
import { createMemoryMeasurements } from '../src/choice/measurement-stores/memory-store.js';
import {
  MAX_AGE_MS,
  MAX_ENTRIES,
  type MeasurementEntry,
  measurementsText,
  parseMeasurements,
} from '../src/choice/measurement-text.js';
import { clearBackendMeasurements, measurementStore } from '../src/choice/measurements.js';
import { coded } from './frames.js';

const NOW = Date.UTC(2026, 10, 20);
const FILE = 'backend-measurements.json';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framerail-measurements-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function fileStore(folder = directory, now = () => NOW): MeasurementStore {
  const store = createFileMeasurements({ directory: folder, now });
  if (store === undefined) throw new Error('There are no files here');
  return store;
}

const measured = (msPerFrame: number, measuredAtMs = NOW): StoredMeasurement => ({
  measuredAtMs,
  measurements: [
    { backend: 'native', msPerFrame },
    { backend: 'webgpu', msPerFrame: msPerFrame / 2 },
  ],
});

const anyEntry: fc.Arbitrary<MeasurementEntry> = fc.record({
  key: fc.string({ maxLength: 40 }),
  measuredAtMs: fc.integer({ min: NOW - MAX_AGE_MS + 1, max: NOW }),
  measurements: fc.uniqueArray(
    fc.record({
      backend: fc.constantFrom('webgpu' as const, 'native' as const, 'reference' as const),
      msPerFrame: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    }),
    { minLength: 1, maxLength: 3, selector: ({ backend }) => backend },
  ),
});

describe('the text of kept measurements', () => {
  test('gives back the newest entry of each key, the newest keys if there are too many', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 30 }), (entries) => {
        const read = parseMeasurements(measurementsText(entries), NOW);
        expect(new Set(read.map(({ key }) => key))).toEqual(new Set(entries.map(({ key }) => key)));
        for (const { key, measuredAtMs } of read) {
          const times = entries.filter((one) => one.key === key).map((one) => one.measuredAtMs);
          expect(measuredAtMs).toBe(Math.max(...times));
        }
        expect(parseMeasurements(measurementsText(read), NOW)).toEqual(read);
      }),
      { seed: 20_261_120 },
    );
    const many = Array.from({ length: MAX_ENTRIES + 3 }, (_, index) => ({
      key: `${index}`,
      ...measured(1, NOW - index),
    }));
    const kept = parseMeasurements(measurementsText(many), NOW);
    expect(kept).toHaveLength(MAX_ENTRIES);
    expect(kept.at(-1)?.key).toBe('0');
    expect(kept.at(0)?.key).toBe(`${MAX_ENTRIES - 1}`);
  });

  test('whatever a file holds, reading it gives entries or none', () => {
    const anyFile = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ format: fc.constant(1), entries: fc.anything() }).map((file) => safeJson(file)),
      fc
        .record({ format: fc.constant(1), entries: fc.array(fc.anything({ withNullPrototype: true })) })
        .map((file) => safeJson(file)),
      fc
        .tuple(fc.array(anyEntry), fc.nat(), fc.string())
        .map(([entries, at, noise]) => measurementsText(entries).slice(0, at) + noise),
    );
    fc.assert(
      fc.property(anyFile, (text) => {
        for (const { key, measurements } of parseMeasurements(text, NOW)) {
          expect(typeof key).toBe('string');
          for (const { msPerFrame } of measurements) expect(msPerFrame).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: 20_261_120, numRuns: 500 },
    );
  });

  const entry = { key: 'k', measuredAtMs: NOW, measurements: [{ backend: 'native', msPerFrame: 1 }] };
  test.each([
    ['another format', { format: 2, entries: [entry] }],
    ['entries that are no list', { format: 1, entries: { k: entry } }],
    ['a key that is no text', { format: 1, entries: [{ ...entry, key: 1 }] }],
    ['a key of a book', { format: 1, entries: [{ ...entry, key: 'k'.repeat(5000) }] }],
    ['no time', { format: 1, entries: [{ ...entry, measuredAtMs: null }] }],
    ['a time to come', { format: 1, entries: [{ ...entry, measuredAtMs: NOW + 1 }] }],
    ['a time long past', { format: 1, entries: [{ ...entry, measuredAtMs: NOW - MAX_AGE_MS }] }],
    ['no measurements', { format: 1, entries: [{ ...entry, measurements: [] }] }],
    [
      'an unknown backend',
      {
        format: 1,
        entries: [{ ...entry, measurements: [...entry.measurements, { backend: 'metal', msPerFrame: 1 }] }],
      },
    ],
    [
      'a backend twice',
      { format: 1, entries: [{ ...entry, measurements: [...entry.measurements, ...entry.measurements] }] },
    ],
    [
      'a negative time',
      { format: 1, entries: [{ ...entry, measurements: [{ backend: 'native', msPerFrame: -1 }] }] },
    ],
  ])('%s is left out', (_, file) => {
    expect(parseMeasurements(JSON.stringify({ format: 1, entries: [entry] }), NOW)).toHaveLength(1);
    expect(parseMeasurements(JSON.stringify(file), NOW)).toEqual([]);
  });
});

describe('measurements in a file', () => {
  test('are there for the next store, and gone after clear', async () => {
    await fileStore().keep('a', measured(1));
    await fileStore().keep('b', measured(2));
    await fileStore().keep('a', measured(3));
    const store = fileStore();
    expect(await store.recall('a')).toMatchObject(measured(3));
    expect(await store.recall('b')).toMatchObject(measured(2));
    expect(await store.recall('c')).toBeUndefined();
    expect(store.place).toBe(join(directory, FILE));
    expect(await readdir(directory)).toEqual([FILE]);
    if (process.platform !== 'win32') expect((await stat(store.place)).mode & 0o077).toBe(0);
    await clearBackendMeasurements(store);
    await clearBackendMeasurements(store);
    expect(await readdir(directory)).toEqual([]);
    expect(await store.recall('a')).toBeUndefined();
  });

  test('are all kept by one store, and never half a file with several', async () => {
    const store = fileStore();
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.keep(`${index}`, measured(index))));
    for (let index = 0; index < 20; index += 1)
      expect(await store.recall(`${index}`)).toMatchObject(measured(index));
  });

  test('are never half a file, however many write at once', async () => {
    const path = join(directory, FILE);
    await fileStore().keep('first', measured(1));
    let isWriting = true;
    const reading = (async () => {
      let reads = 0;
      for (; isWriting; reads += 1) JSON.parse(await readFile(path, 'utf8'));
      return reads;
    })();
    const rivals = Array.from({ length: 4 }, () => fileStore());
    await Promise.all(
      rivals.flatMap((rival, number) =>
        Array.from({ length: 10 }, (_, index) => rival.keep(`${number}/${index}`, measured(index))),
      ),
    );
    isWriting = false;
    expect(await reading).toBeGreaterThan(0);
    expect(await readdir(directory)).toEqual([FILE]);
  });

  test.each([
    ['nothing', ''],
    ['noise', '\u0000\u0001{'],
    ['half a file', measurementsText([{ key: 'a', ...measured(1) }]).slice(0, 60)],
    ['a newer version', JSON.stringify({ format: 99, entries: [] })],
    ['far too much', 'x'.repeat(5 * 2 ** 20)],
  ])('a file with %s is taken as none, and replaced', async (_, content) => {
    await writeFile(join(directory, FILE), content);
    const store = fileStore();
    expect(await store.recall('a')).toBeUndefined();
    await store.keep('a', measured(1));
    expect(await store.recall('a')).toMatchObject(measured(1));
  });

  test('are forgotten after 30 days', async () => {
    await fileStore().keep('a', measured(1));
    expect(await fileStore(directory, () => NOW + MAX_AGE_MS - 1).recall('a')).toBeDefined();
    expect(await fileStore(directory, () => NOW + MAX_AGE_MS).recall('a')).toBeUndefined();
  });

  test('a folder that can’t be made fails to keep, and leaves nothing; clearing it is coded', async () => {
    const blocked = join(directory, 'file');
    await writeFile(blocked, '');
    const store = fileStore(join(blocked, 'folder'));
    expect(await store.recall('a')).toBeUndefined();
    await expect(store.keep('a', measured(1))).rejects.toThrow();
    expect(await readdir(directory)).toEqual(['file']);
    await expect(clearBackendMeasurements(store)).rejects.toThrow(coded('E_CACHE_UNWRITABLE', blocked));
  });
});

test('measurements in memory are bounded', async () => {
  const store = createMemoryMeasurements();
  for (let index = 0; index <= MAX_ENTRIES; index += 1) await store.keep(`${index}`, measured(index));
  expect(await store.recall('0')).toBeUndefined();
  expect(await store.recall('1')).toEqual(measured(1));
  await store.clear();
  expect(await store.recall('1')).toBeUndefined();
});

describe('where they are kept', () => {
  const linux = { platform: 'linux', home: '/home/me', join: posix.join, isAbsolute: posix.isAbsolute };
  const windows = {
    platform: 'win32',
    home: 'C:\\Users\\me',
    join: win32.join,
    isAbsolute: win32.isAbsolute,
  };
  test.each([
    [{ ...linux, environment: {} }, '/home/me/.cache/framerail'],
    [{ ...linux, environment: { XDG_CACHE_HOME: '/var/cache/me' } }, '/var/cache/me/framerail'],
    [{ ...linux, environment: { XDG_CACHE_HOME: 'relative' } }, '/home/me/.cache/framerail'],
    [{ ...linux, environment: { XDG_CACHE_HOME: '' } }, '/home/me/.cache/framerail'],
    [{ ...linux, platform: 'darwin', environment: {} }, '/home/me/Library/Caches/framerail'],
    [{ ...linux, platform: 'darwin', environment: { XDG_CACHE_HOME: '/x' } }, '/x/framerail'],
    [{ ...windows, environment: {} }, 'C:\\Users\\me\\AppData\\Local\\framerail'],
    [{ ...windows, environment: { LOCALAPPDATA: 'D:\\Local' } }, 'D:\\Local\\framerail'],
  ])('%o', (options, expected) => {
    expect(cacheFolder(options)).toBe(expected);
  });

  test('is said by the option, else by the environment', () => {
    const environment = { XDG_CACHE_HOME: directory, LOCALAPPDATA: directory };
    expect(measurementStore(undefined, environment)?.place).toBe(join(directory, 'framerail', FILE));
    expect(measurementStore('keep', { ...environment, FRAMERAIL_MEASUREMENTS: 'off' })).toBeDefined();
    expect(measurementStore(undefined, { ...environment, FRAMERAIL_MEASUREMENTS: 'off' })).toBeUndefined();
    expect(measurementStore('off', environment)).toBeUndefined();
    const own = createMemoryMeasurements();
    expect(measurementStore(own, { FRAMERAIL_MEASUREMENTS: 'off' })).toBe(own);
    expect(() => measurementStore('no' as never, environment)).toThrow(
      coded('E_INVALID_ARGUMENT', 'measurements'),
    );
    expect(() => measurementStore(undefined, { FRAMERAIL_MEASUREMENTS: 'no' })).toThrow(
      coded('E_INVALID_ARGUMENT', 'FRAMERAIL_MEASUREMENTS'),
    );
  });
});

/** What JSON can't hold is left out. */
function safeJson(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one)) ?? 'null'
    );
  } catch {
    return 'null';
  }
}
