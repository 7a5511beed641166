import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ABI_VERSION, findNative, type LoadOptions, loadNative } from '../src/loader.js';
import { buildNameOf, currentHost, type Host, PUBLISHED } from '../src/platforms.js';
import { addonFile, hasAddon } from './addon.js';

const LINUX: Host = { os: 'linux', cpu: 'x64', libc: 'glibc' };
const ADDON = { abiVersion: ABI_VERSION };

const failing = (message: string, code?: string) => () => {
  throw Object.assign(new Error(message), { code });
};

describe('the search', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'framerail-native-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const place = (path: string): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    return file;
  };
  const search = (options: Partial<LoadOptions>) => {
    const tried: string[] = [];
    const { load = () => ADDON, ...rest } = options;
    const result = findNative({
      env: {},
      host: LINUX,
      from: join(folder, 'packages/native/dist/index.js'),
      load: (specifier) => {
        tried.push(specifier);
        return load(specifier);
      },
      ...rest,
    });
    return { tried, result };
  };

  test('finds the build of the repository that the package lies in, before the package', () => {
    const local = place('native/npm/linux-x64-gnu/framerail.linux-x64-gnu.node');
    expect(search({}).result).toEqual({ available: true, binding: ADDON, path: local });
    const { tried, result } = search({
      load: (path) => (path === local ? failing('damaged')() : ADDON),
    });
    expect(tried).toEqual([local, '@framerail/native-linux-x64-gnu']);
    expect(result).toMatchObject({ available: true, path: '@framerail/native-linux-x64-gnu' });
  });

  test('loads nothing that only lies above an installed package', () => {
    place('native/npm/linux-x64-gnu/framerail.linux-x64-gnu.node');
    const from = join(folder, 'node_modules/@framerail/native/dist/index.js');
    expect(search({ from }).tried).toEqual(['@framerail/native-linux-x64-gnu']);
  });

  test('a host without a published build can still have one of its own', () => {
    const musl: Host = { os: 'linux', cpu: 'x64', libc: 'musl' };
    const local = place('native/npm/linux-x64-musl/framerail.linux-x64-musl.node');
    expect(search({ host: musl }).tried).toEqual([local]);
  });

  test('FRAMERAIL_NATIVE=off tries nothing', () => {
    const { tried, result } = search({ env: { FRAMERAIL_NATIVE: 'off', FRAMERAIL_NATIVE_PATH: '/a.node' } });
    expect(tried).toEqual([]);
    expect(result).toEqual({
      available: false,
      reasons: ['FRAMERAIL_NATIVE=off turns the addon off'],
      help: 'Unset FRAMERAIL_NATIVE to use the addon.',
    });
  });

  test('FRAMERAIL_NATIVE_PATH is the only one tried, relative paths from the working folder', () => {
    place('native/npm/linux-x64-gnu/framerail.linux-x64-gnu.node');
    expect(search({ env: { FRAMERAIL_NATIVE_PATH: '/a/b.node' } }).tried).toEqual(['/a/b.node']);
    expect(search({ env: { FRAMERAIL_NATIVE_PATH: 'b.node' } }).tried).toEqual([
      join(process.cwd(), 'b.node'),
    ]);
    const odd: Host = { os: 'sunos', cpu: 'mips', libc: undefined };
    expect(search({ host: odd, env: { FRAMERAIL_NATIVE_PATH: '/a.node' } }).result.available).toBe(true);
  });

  test.each<[string, Partial<LoadOptions>, RegExp, RegExp]>([
    [
      'a path that names nothing',
      {
        env: { FRAMERAIL_NATIVE_PATH: '/a.node' },
        load: failing("Cannot find module '/a.node'\nRequire stack:", 'MODULE_NOT_FOUND'),
      },
      /^\/a\.node \(from FRAMERAIL_NATIVE_PATH\): Cannot find module '\/a\.node'$/,
      /^Correct FRAMERAIL_NATIVE_PATH/,
    ],
    [
      'a package that was not installed',
      { load: failing("Cannot find module '@framerail/native-linux-x64-gnu'", 'MODULE_NOT_FOUND') },
      /^@framerail\/native-linux-x64-gnu: Cannot find module/,
      /optional dependencies/,
    ],
    [
      'another ABI',
      { load: () => ({ abiVersion: ABI_VERSION + 1 }) },
      /Expected an addon with ABI version \d+ but received one with \d+$/,
      /in one version/,
    ],
    ['no addon at all', { load: () => ({}) }, /but received one with none$/, /in one version/],
    ['nothing at all', { load: () => undefined }, /but received one with none$/, /in one version/],
    [
      'an older C library',
      {
        load: failing("/lib/libm.so.6: version `GLIBC_2.99' not found (required by …)", 'ERR_DLOPEN_FAILED'),
      },
      /GLIBC_2\.99/,
      /newer C library than this system has/,
    ],
    [
      'a build for the other C library',
      {
        load: failing('Error loading shared library ld-linux-x86-64.so.2: No such file', 'ERR_DLOPEN_FAILED'),
      },
      /ld-linux/,
      /Node built for glibc/,
    ],
    [
      'a file for another machine',
      { load: failing('invalid ELF header', 'ERR_DLOPEN_FAILED') },
      /invalid ELF header/,
      /built for another system/,
    ],
    ['anything else', { load: failing('odd') }, /: odd$/, /report it/],
    [
      'a host with musl',
      { host: { os: 'linux', cpu: 'arm64', libc: 'musl' } },
      /^No build is published for linux on arm64 with musl \(linux-arm64-musl\); there are linux-x64-gnu, /,
      /node:slim/,
    ],
    [
      'another host',
      { host: { os: 'freebsd', cpu: 'x64', libc: undefined } },
      /^No build is published for freebsd on x64/,
      /Build the addon/,
    ],
  ])('%s is a reason, with what would help', (_, options, reason, help) => {
    const { result } = search(options);
    if (result.available) throw new Error('Expected no addon');
    expect(
      result.reasons.some((text) => reason.test(text)),
      result.reasons.join('\n'),
    ).toBe(true);
    expect(result.help).toMatch(help);
  });

  test('every failure is told', () => {
    const local = place('native/npm/linux-x64-gnu/framerail.linux-x64-gnu.node');
    const { result } = search({ load: failing('broken') });
    expect(result).toMatchObject({
      reasons: [`${local}: broken`, '@framerail/native-linux-x64-gnu: broken'],
    });
  });
});

describe('platforms', () => {
  test('are named as napi-rs names them', () => {
    const hosts: Host[] = [
      LINUX,
      { os: 'linux', cpu: 'arm64', libc: 'glibc' },
      { os: 'darwin', cpu: 'arm64', libc: undefined },
      { os: 'darwin', cpu: 'x64', libc: undefined },
      { os: 'win32', cpu: 'x64', libc: undefined },
    ];
    expect(hosts.map(buildNameOf)).toEqual(PUBLISHED);
  });

  test('have a package each, which carries the file that the loader looks for', () => {
    const folder = new URL('../../../native/npm/', import.meta.url);
    // A build for a system that nothing is published for may lie there too.
    const packages = readdirSync(folder).filter((name) =>
      existsSync(new URL(`${name}/package.json`, folder)),
    );
    expect(packages.toSorted()).toEqual(PUBLISHED.toSorted());
    for (const name of PUBLISHED) {
      const manifest = JSON.parse(readFileSync(new URL(`${name}/package.json`, folder), 'utf8'));
      expect(manifest).toMatchObject({
        name: `@framerail/native-${name}`,
        main: `framerail.${name}.node`,
        files: [`framerail.${name}.node`],
      });
    }
  });

  test('looking at the process leaves its settings alone', () => {
    const report = process.report as { excludeNetwork?: boolean };
    const before = report.excludeNetwork;
    expect(currentHost()).toMatchObject({ os: process.platform, cpu: process.arch });
    expect(report.excludeNetwork).toBe(before);
  });
});

describe('loadNative', () => {
  const { FRAMERAIL_NATIVE: off, FRAMERAIL_NATIVE_PATH: path } = process.env;
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  afterEach(() => {
    set('FRAMERAIL_NATIVE', off);
    set('FRAMERAIL_NATIVE_PATH', path);
  });

  test('remembers its answer as long as the environment stays the same', () => {
    const first = loadNative();
    expect(loadNative()).toBe(first);
    set('FRAMERAIL_NATIVE', 'off');
    expect(loadNative()).toMatchObject({ available: false });
    set('FRAMERAIL_NATIVE', off);
    expect(loadNative().available).toBe(first.available);
  });

  test('tells of a real file that is no addon', () => {
    set('FRAMERAIL_NATIVE', undefined);
    set('FRAMERAIL_NATIVE_PATH', '/nowhere/framerail.node');
    const missing = loadNative();
    expect(missing).toMatchObject({ available: false, help: 'Correct FRAMERAIL_NATIVE_PATH or unset it.' });
    const folder = mkdtempSync(join(tmpdir(), 'framerail-native-'));
    const file = join(folder, 'damaged.node');
    writeFileSync(file, 'no addon');
    set('FRAMERAIL_NATIVE_PATH', file);
    expect(loadNative()).toMatchObject({ available: false, help: expect.stringContaining('damaged') });
    rmSync(folder, { recursive: true });
  });

  test.runIf(hasAddon)('loads the addon that is built here', () => {
    set('FRAMERAIL_NATIVE_PATH', addonFile());
    const native = loadNative();
    if (!native.available) throw new Error(native.reasons.join('\n'));
    expect(native.binding.abiVersion).toBe(ABI_VERSION);
    expect(native.binding.version).toMatch(/^\d+\.\d+\.\d+/);
  });
});
