import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOLDER, packagesUnder } from '../packing/bench-contents.mjs';
import { tarPieces } from '../packing/tar.mjs';
import { requireProgram } from '../testing/require.js';
import { filesInTar } from '../testing/tar.js';
import { ROOT } from '../workspace/packages.mjs';

const TIMEOUT_MS = 240_000;

describe('tar archives', () => {
  test('hold any files, whole blocks of them', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,39}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    const entry = fc.record({ path, content: fc.uint8Array({ maxLength: 1200 }), executable: fc.boolean() });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        const archive = Buffer.concat([...tarPieces(entries)]);
        expect(archive.byteLength % 512).toBe(0);
        const read = [...filesInTar(archive)].map(({ content }) => [...content]);
        expect(read).toEqual(entries.map(({ content }) => [...content]));
      }),
      { seed: 11 },
    );
  });

  test('refuse a path that they have no room for', () => {
    const path = 'a'.repeat(101);
    expect(() => [...tarPieces([{ path, content: new Uint8Array() }])]).toThrow('at most 255 bytes');
  });
});

test('what the bench needs is packages of this workspace', () => {
  const names = packagesUnder('@framerail/gpu-converters').map(({ name }) => name);
  expect(names).toContain('@framerail/media-types');
  expect(() => packagesUnder('left-pad')).toThrow('left-pad');
});

describe.runIf(requireProgram('webgpu'))('the packed bench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-pack-'));
  const archive = join(folder, 'made/bench.tar.gz');
  const unpacked = join(folder, 'elsewhere');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  /** Nothing of the machine but its drivers: no PATH, no home. */
  const bare = (drivers: NodeJS.ProcessEnv) =>
    ({ env: { PATH: '', ...drivers }, cwd: '/', encoding: 'utf8' }) as const;

  beforeAll(() => {
    const script = join(ROOT, 'scripts/pack-bench.mjs');
    const packed = spawnSync(process.execPath, [script, '--out', archive], { encoding: 'utf8' });
    if (packed.status !== 0) throw new Error(`${packed.stdout}${packed.stderr}`);
    mkdirSync(unpacked);
    const { status, stderr } = spawnSync('tar', ['-xzf', archive, '-C', unpacked], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }, TIMEOUT_MS);

  test('is under 60 MB, and says how it is used', () => {
    expect(statSync(archive).size).toBeLessThan(60_000_000);
    expect(readFileSync(join(unpacked, FOLDER, 'README.md'), 'utf8')).toContain('./bench-gpu');
  });

  test('runs elsewhere, with nothing but a driver, and prints one object', { timeout: TIMEOUT_MS }, () => {
    const { VK_ICD_FILENAMES, VK_DRIVER_FILES, LD_LIBRARY_PATH } = process.env;
    const drivers = Object.fromEntries(
      Object.entries({ VK_ICD_FILENAMES, VK_DRIVER_FILES, LD_LIBRARY_PATH }).filter(([, value]) => value),
    );
    const bench = join(unpacked, FOLDER, 'bench-gpu');
    const { status, stdout, stderr } = spawnSync(bench, ['--quick', '--json'], bare(drivers));
    expect(status, stderr).toBe(0);
    const { name, machine, versions, results, claims } = JSON.parse(stdout);
    expect(name).toBe('gpu');
    expect(machine).toMatchObject({ gpu: expect.any(String), gpuDriver: expect.any(String) });
    expect(machine.notMeasured).toBeUndefined();
    expect(Date.parse(machine.date)).not.toBeNaN();
    if (machine.gpuIsSoftware) expect(machine.note).toContain('say nothing about any GPU');
    expect(versions).toMatchObject({ node: process.versions.node, webgpu: expect.any(String) });
    expect(claims).toEqual([]);
    const values = new Map(results.map(({ id, value }: { id: string; value: number }) => [id, value]));
    for (const id of [
      'copy-bandwidth',
      'rgba-to-nv12-1080p',
      'rgba-to-nv12-1080p-over-floor',
      'rgba-to-nv12-1080p-readback-3-in-flight',
      'nv12-to-rgba-1080p-upload-to-readback',
      'p010-to-nv12-1080p-js',
    ])
      expect(values.get(id), id).toBeGreaterThan(0);
    expect(values.get('rgba-to-nv12-1080p-dispatches')).toBe(1);
  });

  test('says what is missing where there is no driver', { timeout: TIMEOUT_MS }, () => {
    const bench = join(unpacked, FOLDER, 'bench-gpu');
    const none = join(folder, 'none.json');
    const { status, stderr } = spawnSync(bench, [], bare({ VK_ICD_FILENAMES: none, VK_DRIVER_FILES: none }));
    expect(status).toBe(1);
    expect(stderr).toContain('E_GPU_UNAVAILABLE');
  });
});
