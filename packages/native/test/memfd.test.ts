import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Memfd, MemfdOptions } from '../src/index.js';
import { addon, addonFile, codeOf, hasAddon, openFiles, until } from './addon.js';
import { spawnScript } from './child.js';

const PAGE = 4096;
const GIB = 2 ** 30;
const isLinux = process.platform === 'linux';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

/** Closed when the test is left. */
function make(options: MemfdOptions = { byteLength: GIB }): Memfd & Disposable {
  const memfd = new (addon().Memfd)(options);
  return Object.assign(memfd, { [Symbol.dispose]: () => memfd.close() });
}

describe.runIf(hasAddon && !isLinux)('memfd elsewhere', () => {
  test('is refused', () => {
    expect(() => make()).toThrow(coded('E_UNSUPPORTED'));
    expect(() => addon().mapFd(0, { offset: 0, byteLength: 1 })).toThrow(coded('E_UNSUPPORTED'));
  });
});

describe.runIf(hasAddon && isLinux)('memfd', () => {
  test('is a file of whole pages with a name, and takes memory where it is touched', async () => {
    using memfd = make({ byteLength: 2 ** 40 + 1, name: 'frames' });
    expect(memfd).toMatchObject({ byteLength: 2 ** 40 + PAGE, pageBytes: PAGE });
    expect(await readlink(`/proc/self/fd/${memfd.fd}`)).toBe('/memfd:frames (deleted)');
    expect(memfd.residentBytes()).toBe(0);
    const far = memfd.map(2 ** 39, 3 * PAGE);
    far[PAGE] = 1;
    expect(memfd.residentBytes()).toBe(PAGE);
    const near = memfd.map(0, 5000, { prefault: true });
    expect(memfd.residentBytes()).toBe(3 * PAGE);
    expect([near.length, near.byteOffset, near.buffer.byteLength]).toEqual([5000, 0, 5000]);
    memfd.free(near);
    expect([near.length, memfd.residentBytes()]).toEqual([0, PAGE]);
    expect(memfd.offsetOf(far.subarray(7))).toBe(2 ** 39 + 7);
  });

  test('arrays of two maps of a file show the same memory', () => {
    using memfd = make();
    const here = memfd.map(PAGE, 5000).fill(1);
    const there = addon().mapFd(memfd.fd, { offset: PAGE, byteLength: 5000, writable: true });
    there[4999] = 7;
    expect(here[4999]).toBe(7);
    here[0] = 8;
    expect(there[0]).toBe(8);
    const seen = addon().mapFd(`/proc/self/fd/${memfd.fd}`, { offset: 0, byteLength: PAGE + 1 });
    expect(seen[PAGE]).toBe(8);
    seen.fill(9);
    expect([here[0], seen[PAGE]]).toEqual([8, 9]);
    addon().free(there);
    addon().free(seen);
    expect(here[4999]).toBe(7);
  });

  test('its arrays are memory like any other to the addon’s calls, and are not freed under them', async () => {
    using memfd = make();
    const [width, height] = [1920, 1080];
    const color = { matrix: 'bt709', fullRange: false, chromaLocation: 'left' } as const;
    const size = width * height * 4;
    const [from, to] = [memfd.map(0, size, { prefault: true }), memfd.map(1 << 25, size)];
    const picture = { format: 'RGBA' as const, width, height, planes: [{ offset: 0, stride: width * 4 }] };
    from.fill(50);
    const call = addon().process({
      source: { ...picture, data: from },
      target: { ...picture, data: to },
      operations: [],
      sourceColor: color,
      targetColor: color,
      upsampling: 'nearest',
    });
    expect(() => memfd.free(to)).toThrow(coded('E_BUFFER_BUSY', 'await that call'));
    await call;
    expect(Buffer.compare(from, to)).toBe(0);
    memfd.free(to);
    memfd.free(from);
    expect(memfd.residentBytes()).toBe(0);
  });

  test('what is collected is found again', async () => {
    const script = `
      const addon = require(${JSON.stringify(addonFile())});
      const memfd = new addon.Memfd({ byteLength: 1 << 30 });
      (() => { for (let index = 0; index < 10; index += 1) memfd.map(index << 20, 1 << 20, { prefault: true }); })();
      (async () => {
        const offsets = [];
        while (offsets.length < 10) {
          gc();
          await new Promise(setImmediate);
          offsets.push(...memfd.takeCollected());
        }
        memfd.map(0, 10 << 20);
        console.log(JSON.stringify([offsets.sort((a, b) => a - b).map((offset) => offset >> 20), memfd.residentBytes()]));
      })();
    `;
    await using child = spawnScript(script, ['--expose-gc']);
    expect(JSON.parse(String(await child.output))).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0]);
  });

  test('is closed with its object, and its memory goes when the last array does', async () => {
    const script = `
      const addon = require(${JSON.stringify(addonFile())});
      const { readdirSync, readFileSync } = require('node:fs');
      const files = () => readdirSync('/proc/self/fd').length;
      const maps = () => readFileSync('/proc/self/maps', 'utf8').split('memfd:kept').length - 1;
      const before = files();
      let array = (() => new addon.Memfd({ byteLength: 1 << 20, name: 'kept' }).map(0, 100).fill(1))();
      (async () => {
        const collect = async () => { gc(); await new Promise((resolve) => setTimeout(resolve, 2)); };
        for (let round = 0; round < 10; round += 1) await collect();
        const held = [maps(), array[99]];
        array = undefined;
        while (files() > before || maps() > 0) await collect();
        console.log(JSON.stringify(held));
      })();
    `;
    await using child = spawnScript(script, ['--expose-gc']);
    expect(JSON.parse(String(await child.output))).toEqual([1, 1]);
  });

  test('ends with its thread, and leaves what others have mapped as it is', async () => {
    const script = `
      const { Worker } = require('node:worker_threads');
      const addonPath = ${JSON.stringify(addonFile())};
      const addon = require(addonPath);
      const { readdirSync } = require('node:fs');
      const files = () => readdirSync('/proc/self/fd').length;
      const body = \`
        const addon = require(\${JSON.stringify(addonPath)});
        new addon.Memfd({ byteLength: 4096 });
        const memfd = new addon.Memfd({ byteLength: 1 << 20 });
        globalThis.kept = Array.from({ length: 5 }, (_, index) => memfd.map(index * 4096, 100).fill(index + 1));
        require('node:worker_threads').parentPort.postMessage(memfd.fd);
        setInterval(() => {}, 1000);
      \`;
      (async () => {
        const before = files();
        const sums = [];
        for (let round = 0; round < 5; round += 1) {
          const worker = new Worker(body, { eval: true });
          const fd = await new Promise((resolve) => worker.once('message', resolve));
          const arrays = [0, 1, 2, 3, 4].map((index) => addon.mapFd(fd, { offset: index * 4096, byteLength: 100 }));
          await worker.terminate();
          for (let wait = 0; wait < 5; wait += 1) await new Promise((resolve) => setTimeout(resolve, 2));
          sums.push(arrays.map((array) => array[99]).join(''));
        }
        while (files() > before + 4) await new Promise((resolve) => setTimeout(resolve, 2));
        console.log(JSON.stringify([...new Set(sums)]));
      })();
    `;
    await using child = spawnScript(script);
    expect(JSON.parse(String(await child.output))).toEqual(['12345']);
  });

  test('close closes the descriptor only', async () => {
    const before = openFiles();
    const memfd = make();
    const array = memfd.map(0, PAGE).fill(1);
    expect(openFiles()).toBe(before + 1);
    memfd.close();
    memfd.close();
    await until(() => openFiles() === before);
    expect([memfd.fd, array[0], memfd.offsetOf(array)]).toEqual([-1, 1, 0]);
    expect(() => memfd.map(PAGE, 1)).toThrow(coded('E_INVALID_ARGUMENT', 'after close'));
    expect(() => memfd.residentBytes()).toThrow(coded('E_INVALID_ARGUMENT', 'after close'));
    memfd.free(array);
    expect(array.length).toBe(0);
  });

  test('nobody can change its length, or make it anything but memory', async () => {
    using memfd = make();
    const file = await open(`/proc/self/fd/${memfd.fd}`, 'r+');
    try {
      expect(await codeOf(file.truncate(0))).toBe('EPERM');
      expect(await codeOf(file.truncate(2 * GIB))).toBe('EPERM');
    } finally {
      await file.close();
    }
  });

  test.each([
    ['no options', undefined],
    ['a length of nothing', { byteLength: 0 }],
    ['a negative length', { byteLength: -1 }],
    ['a fraction', { byteLength: 4096.5 }],
    ['no number', { byteLength: '4096' }],
    ['not a number', { byteLength: Number.NaN }],
    ['more than there are addresses', { byteLength: 2 ** 46 + 1 }],
    ['a name of nothing', { byteLength: 1, name: '' }],
    ['a name that is too long', { byteLength: 1, name: 'x'.repeat(250) }],
    ['a name with an end in it', { byteLength: 1, name: 'a\0b' }],
    ['a name that is none', { byteLength: 1, name: 5 }],
  ])('refuses %s', (_, options) => {
    expect(() => new (addon().Memfd)(options as never)).toThrow(coded('E_INVALID_ARGUMENT', 'but received'));
  });

  test.each([
    ['an offset inside a page', 100, 1],
    ['a negative offset', -PAGE, 1],
    ['an offset at the end', GIB, 1],
    ['an offset behind the end', 2 * GIB, 1],
    ['no offset', undefined, 1],
    ['a length of nothing', 0, 0],
    ['a length over the end', GIB - PAGE, PAGE + 1],
    ['a length that is none', 0, '1'],
    ['a range that is taken', 2 * PAGE, PAGE],
    ['a range that ends in one that is taken', PAGE, PAGE + 1],
    ['the rest of a page that is taken', 3 * PAGE, 1],
  ])('map refuses %s', (_, offset, byteLength) => {
    using memfd = make();
    const taken = memfd.map(2 * PAGE, PAGE + 1);
    const map = () => memfd.map(offset as number, byteLength as number);
    expect(map).toThrow(coded('E_INVALID_ARGUMENT', 'but received'));
    memfd.free(taken);
  });

  test('free and offsetOf refuse what lies elsewhere', () => {
    using memfd = make();
    using other = make();
    const array = memfd.map(0, 10_000);
    const elsewhere = other.map(0, 10_000);
    for (const foreign of [elsewhere, addon().allocate(10_000), new Uint8Array(5), new Uint8Array(0)]) {
      expect(() => memfd.offsetOf(foreign)).toThrow(coded('E_INVALID_ARGUMENT'));
      expect(() => memfd.free(foreign)).toThrow(coded('E_INVALID_ARGUMENT'));
    }
    for (const part of [array.subarray(1), array.subarray(0, 5000)])
      expect(() => memfd.free(part)).toThrow(coded('E_INVALID_ARGUMENT', 'once'));
    expect(() => addon().free(array)).toThrow(coded('E_INVALID_ARGUMENT'));
    memfd.free(array);
    expect(() => memfd.free(array)).toThrow(coded('E_INVALID_ARGUMENT', 'once'));
  });
});

describe.runIf(hasAddon && isLinux)('mapFd', () => {
  const range = { offset: 0, byteLength: PAGE };

  test.each([
    ['a descriptor that is not open', 1_000_000],
    ['a negative number', -1],
    ['a fraction', 1.5],
    ['nothing', undefined],
    ['an empty path', ''],
    ['a path with an end in it', 'a\0b'],
    ['a folder', tmpdir()],
    ['a device', '/dev/zero'],
  ])('refuses %s', (_, file) => {
    expect(() => addon().mapFd(file as number, range)).toThrow(coded('E_INVALID_ARGUMENT', 'but received'));
  });

  test('refuses files that somebody could cut', () => {
    const folder = mkdtempSync(join(tmpdir(), 'framerail-memfd-'));
    try {
      const path = join(folder, 'file');
      writeFileSync(path, new Uint8Array(PAGE));
      expect(() => addon().mapFd(path, range)).toThrow(coded('E_INVALID_ARGUMENT', 'sealed'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('says that there is nothing at a path', () => {
    expect(() => addon().mapFd('/proc/self/fd/999999', range)).toThrow(
      coded('E_MEMFD_FAILED', 'may have ended'),
    );
  });

  test('doesn’t write through a descriptor that is for reading', async () => {
    using memfd = make();
    const file = await open(`/proc/self/fd/${memfd.fd}`, 'r');
    try {
      const map = () => addon().mapFd(file.fd, { ...range, writable: true });
      expect(map).toThrow(coded('E_INVALID_ARGUMENT', 'only for reading'));
      expect(addon().mapFd(file.fd, range)[0]).toBe(0);
    } finally {
      await file.close();
    }
  });

  test.each([
    ['no options', undefined],
    ['an offset inside a page', { offset: 1, byteLength: 1 }],
    ['a range over the end', { offset: GIB - PAGE, byteLength: PAGE + 1 }],
    ['a range behind the end', { offset: 2 * GIB, byteLength: 1 }],
    ['no length', { offset: 0 }],
    ['a flag that is none', { offset: 0, byteLength: 1, writable: 'yes' }],
  ])('refuses %s', (_, options) => {
    using memfd = make();
    expect(() => addon().mapFd(memfd.fd, options as never)).toThrow(
      coded('E_INVALID_ARGUMENT', 'but received'),
    );
  });
});
