import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { projectNode } from '../workspace/node.mjs';
import { ROOT, workspacePackages } from '../workspace/packages.mjs';

/** The folder that the archive unpacks to. */
export const FOLDER = 'framerail-bench';

/** The package that is measured; what it depends on comes along. */
const MEASURED = '@framerail/gpu-converters';

/** What runs the bench, apart from the packages. */
const SOURCES = [
  'bench/contract.ts',
  'bench/gpu.ts',
  'bench/gpu',
  'bench/measure.ts',
  'bench/run.mjs',
  'bench/runner',
  'scripts/testing/software-gpu.ts',
  'scripts/testing/tar.ts',
  'scripts/workspace/commands.mjs',
  'scripts/workspace/packages.mjs',
];

/** Where Linux systems have Vulkan's loader. */
const LIBRARY_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/lib64',
  '/lib',
];
const LOADER = 'libvulkan.so.1';

/** @typedef {import('./tar.mjs').TarEntry} TarEntry */

/**
 * Everything that the bench needs on a machine that has nothing but a driver: Node, the packages as built, npm's
 * `webgpu` for this platform, the bench itself, and on Linux Vulkan's loader, which drivers don't always bring.
 * @returns {TarEntry[]} in the order of their paths
 */
export function benchContents() {
  const isWindows = process.platform === 'win32';
  const node = readFileSync(projectNode());
  /** @type {TarEntry[]} */
  const entries = [
    { path: isWindows ? 'node/node.exe' : 'node/bin/node', content: node, executable: true },
    text('package.json', '{ "name": "framerail-bench", "private": true, "type": "module" }\n'),
    ...(isWindows
      ? [text('bench-gpu.cmd', WINDOWS_SCRIPT)]
      : [{ ...text('bench-gpu', script()), executable: true }]),
    ...filesAt('LICENSE', 'LICENSE'),
    ...filesAt('docs/guides/bench-on-a-gpu.md', 'README.md'),
    ...SOURCES.flatMap((path) => filesAt(path, path)),
    ...packagesUnder(MEASURED).flatMap(({ name, path }) => [
      fileAt(join(path, 'package.json'), `node_modules/${name}/package.json`),
      ...filesIn(join(path, 'dist'), `node_modules/${name}/dist`).filter(({ path }) => path.endsWith('.js')),
    ]),
    ...webgpuFiles(),
    ...loaderFiles(),
  ];
  return entries
    .map((entry) => ({ ...entry, path: `${FOLDER}/${entry.path}` }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Starts the Node beside it, from wherever it is called, with nothing but a shell. */
function script() {
  return `#!/bin/sh
# Measures Framerail's conversions on this machine's GPU: ./bench-gpu [--json] [--quick] [--rounds N]
case $0 in */*) here=\${0%/*} ;; *) here=. ;; esac
found=
for folder in ${LIBRARY_FOLDERS.join(' ')}; do
  if [ -e "$folder/${LOADER}" ]; then found=yes; fi
done
# Some machines have a Vulkan driver but no loader.
if [ -z "$found" ] && [ -e "$here/lib/${LOADER}" ]; then
  LD_LIBRARY_PATH="$here/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export LD_LIBRARY_PATH
fi
exec "$here/node/bin/node" "$here/bench/run.mjs" gpu "$@"
`;
}

const WINDOWS_SCRIPT = '@"%~dp0node\\node.exe" "%~dp0bench\\run.mjs" gpu %*\r\n';

/**
 * A package of the workspace and all that it needs. The bench runs without a package manager, so a dependency from
 * elsewhere has to be thought about before it is packed.
 * @param {string} name
 * @param {Set<string>} seen
 * @returns {import('../workspace/packages.mjs').WorkspacePackage[]}
 */
export function packagesUnder(name, seen = new Set()) {
  if (seen.has(name)) return [];
  seen.add(name);
  const one = workspacePackages().find((other) => other.name === name);
  if (one === undefined)
    throw new Error(`Expected a package of this workspace but ${MEASURED} needs ${name}`);
  return [
    one,
    ...Object.keys(one.manifest.dependencies ?? {}).flatMap((needed) => packagesUnder(needed, seen)),
  ];
}

/** npm's `webgpu`, for this platform alone: all five are 130 MB. */
function webgpuFiles() {
  const root = 'node_modules/webgpu';
  const build = process.platform === 'darwin' ? 'darwin-universal' : `${process.platform}-${process.arch}`;
  const files = filesAt(`${root}/dist/${build}`, `${root}/dist/${build}`);
  if (files.length === 0)
    throw new Error(`Expected ${root}/dist/${build} but npm's webgpu has no such build`);
  return [
    ...files,
    ...['package.json', 'index.js', 'LICENSE.md'].flatMap((name) =>
      filesAt(`${root}/${name}`, `${root}/${name}`),
    ),
  ];
}

function loaderFiles() {
  if (process.platform !== 'linux') return [];
  const folder = LIBRARY_FOLDERS.find((one) => existsSync(join(one, LOADER)));
  return folder === undefined ? [] : [fileAt(join(folder, LOADER), `lib/${LOADER}`)];
}

/**
 * A file or the files of a folder of the repository; none where there is nothing.
 * @param {string} from
 * @param {string} to
 */
function filesAt(from, to) {
  const path = join(ROOT, from);
  if (!existsSync(path)) return [];
  return isFolder(path) ? filesIn(path, to) : [fileAt(path, to)];
}

/**
 * @param {string} folder
 * @param {string} to
 */
function filesIn(folder, to) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !isFolder(join(folder, name)))
    .map((name) => fileAt(join(folder, name), `${to}/${name.split(sep).join('/')}`));
}

/** @param {string} path */
const isFolder = (path) => statSync(path).isDirectory();

/**
 * @param {string} from
 * @param {string} path
 * @returns {TarEntry}
 */
function fileAt(from, path) {
  return { path, content: readFileSync(from) };
}

/**
 * @param {string} path
 * @param {string} content
 * @returns {TarEntry}
 */
function text(path, content) {
  return { path, content: Buffer.from(content) };
}
