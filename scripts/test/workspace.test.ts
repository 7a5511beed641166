import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addonPath } from '../workspace/addon.mjs';
import { findCommand, findFfmpegTool } from '../workspace/commands.mjs';
import { fingerprint } from '../workspace/fingerprint.mjs';
import { isAtLeast } from '../workspace/node.mjs';
import { entriesOf, workspacePackages } from '../workspace/packages.mjs';

function inFolder(body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-workspace-'));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the entries of a package are what it exports and what it runs as a command, each once', () => {
  const manifest = {
    name: '@framerail/a',
    exports: {
      '.': {
        import: { types: './dist/index.d.ts', default: './dist/index.js' },
        require: { default: './dist/index.cjs' },
      },
      './testing': './dist/testing.js',
      './package.json': './package.json',
    },
    bin: { a: './dist/bin.js' },
  };
  expect(entriesOf(manifest)).toEqual([
    { name: 'index', specifier: '@framerail/a' },
    { name: 'testing', specifier: '@framerail/a/testing' },
    { name: 'bin', specifier: undefined },
  ]);
});

test('the packages of this workspace share one version', () => {
  expect(new Set(workspacePackages().map(({ manifest }) => manifest.version)).size).toBe(1);
});

test('versions compare number by number', () => {
  const version = fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40));
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [x, y] = [a, b].map(
        ([major, minor, patch]) => ((major ?? 0) * 100 + (minor ?? 0)) * 100 + (patch ?? 0),
      );
      expect(isAtLeast(a.join('.'), b.join('.'))).toBe((x ?? 0) >= (y ?? 0));
    }),
    { seed: 8 },
  );
  expect(isAtLeast('1.89', '1.89.0')).toBe(true);
  expect(isAtLeast('1.89.0', '1.89')).toBe(true);
});

test('a fingerprint follows names, contents and the extra words, and nothing else', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'a'), 'one');
    const before = fingerprint([folder]);
    expect(fingerprint([folder])).toBe(before);
    expect(fingerprint([folder], ['tool 2'])).not.toBe(before);
    writeFileSync(join(folder, 'b'), '');
    const withB = fingerprint([folder]);
    expect(withB).not.toBe(before);
    writeFileSync(join(folder, 'a'), 'two');
    expect(fingerprint([folder])).not.toBe(withB);
    expect(fingerprint([join(folder, 'missing')])).toBe(fingerprint([]));
  });
});

test('a command must be executable to be found', () => {
  inFolder((folder) => {
    const env = { PATH: folder };
    writeFileSync(join(folder, 'tool'), '', { mode: 0o644 });
    expect(findCommand('tool', env)).toBeUndefined();
    rmSync(join(folder, 'tool'));
    writeFileSync(join(folder, 'tool'), '', { mode: 0o755 });
    expect(findCommand('tool', env)).toBe(join(folder, 'tool'));
  });
});

test('ffmpeg that the environment names goes before all others, and a wrong name is not passed over', () => {
  inFolder((folder) => {
    const named = join(folder, 'mine');
    expect(findFfmpegTool('ffmpeg', { PATH: process.env['PATH'], FRAMERAIL_FFMPEG: named })).toBeUndefined();
    writeFileSync(named, '', { mode: 0o755 });
    expect(findFfmpegTool('ffmpeg', { FRAMERAIL_FFMPEG: named })).toEqual({ path: named, source: 'env' });
  });
});

test('the addon that the environment names goes before the local build', () => {
  inFolder((folder) => {
    const named = join(folder, 'mine.node');
    expect(addonPath({ FRAMERAIL_NATIVE_PATH: named })).toBeUndefined();
    writeFileSync(named, '');
    expect(addonPath({ FRAMERAIL_NATIVE_PATH: named })).toBe(named);
  });
});
