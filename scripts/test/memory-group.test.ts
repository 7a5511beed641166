import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LEFT_OUT_VARIABLE, readLeftOut } from '../testing/left-out.js';
import { groupUsedBytes } from '../testing/memory-figures.js';
import { openMemoryGroup } from '../testing/memory-group.js';
import { requireMemoryLimit } from '../testing/require.js';

const MB = 2 ** 20;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-memory-group-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Takes so much, touches it, and says so. */
const taking = (bytes: number): string[] => [
  '--eval',
  `const all = []; for (let at = 0; at < ${bytes}; at += ${10 * MB}) all.push(new Uint8Array(${10 * MB}).fill(1)); console.log('took', all.length);`,
];

describe.runIf(requireMemoryLimit())('a limit of memory', () => {
  test.each([['the best there is', undefined] as const, ['ulimit', ['ulimit'] as const] as const])(
    'is kept: %s',
    async (_, kinds) => {
      const group = openMemoryGroup({
        limitBytes: 400 * MB,
        childrenBytes: 0,
        ...(kinds === undefined ? {} : { kinds }),
      });
      const run = (bytes: number) => {
        const { file, args } = group.command(process.execPath, taking(bytes));
        return spawnSync(file, args, { encoding: 'utf8' });
      };
      try {
        expect(run(100 * MB)).toMatchObject({ status: 0, stdout: 'took 10\n' });
        expect(group.kills() ?? 0).toBe(0);
        expect(run(800 * MB)).toMatchObject({ stdout: '' });
        if (group.kind !== 'ulimit') {
          expect(group.kills()).toBe(1);
          expect(group.peakBytes()).toBeLessThanOrEqual(400 * MB);
          expect(groupUsedBytes(group)).toBeLessThan(100 * MB);
        }
      } finally {
        await group.close();
      }
      expect(group.folder === '' || !existsSync(group.folder)).toBe(true);
    },
  );

  test('counts what a process maps where there is no group', () => {
    expect(groupUsedBytes({ kind: 'ulimit', folder: '' })).toBeGreaterThan(10 * MB);
  });

  test('passes over control groups that take none', () => {
    mkdirSync(join(folder, 'memory/slice/service'), { recursive: true });
    const ownGroups = '5:cpu,cpuacct:/elsewhere\n4:memory:/slice/service\n0::/slice/service\n';
    const options = { limitBytes: 100 * MB, childrenBytes: 0, root: folder, ownGroups };
    expect(openMemoryGroup(options).kind).toBe('ulimit');
    expect(() => openMemoryGroup({ ...options, kinds: ['cgroup v2'] })).toThrow('cgroup v2');
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
      'memory',
      'memory/slice',
      'memory/slice/service',
    ]);
  });
});

test('a system without one is recorded', () => {
  vi.stubEnv(LEFT_OUT_VARIABLE, join(folder, 'records'));
  vi.stubEnv('CI', 'true');
  expect(requireMemoryLimit('darwin')).toBe(false);
  expect(readLeftOut(join(folder, 'records'))).toMatchObject([{ needs: 'a limit of memory' }]);
});
