// Builds every package (ESM, CommonJS, types) whose inputs changed since its last build.
//   npm run build [-- PACKAGE… | --force]
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isStamped, stamp, unstamp } from './workspace/fingerprint.mjs';
import { ROOT, workspacePackages } from './workspace/packages.mjs';

/** Each build runs a type checker of some hundred MB, and gains nothing from more than two cores. */
const CONCURRENCY = 2;

/** @typedef {import('./workspace/packages.mjs').WorkspacePackage} WorkspacePackage */

const args = process.argv.slice(2);
const force = args.includes('--force');
const wanted = args.filter((arg) => !arg.startsWith('--'));

const all = workspacePackages();
const unknown = wanted.filter((folder) => !all.some((one) => one.folder === folder));
if (unknown.length > 0) {
  console.error(
    `No package named ${unknown.join(', ')}; there are ${all.map((one) => one.folder).join(', ')}.`,
  );
  process.exit(2);
}

const toolVersions = ['tsup', 'esbuild', 'rollup', 'typescript'].map((tool) => {
  const path = join(ROOT, 'node_modules', tool, 'package.json');
  return existsSync(path) ? `${tool} ${JSON.parse(readFileSync(path, 'utf8')).version}` : tool;
});

/**
 * A package and the packages under it: an inferred type in a declaration may come from one of those.
 * @param {WorkspacePackage} one
 * @param {Set<WorkspacePackage>} seen
 */
function withDependencies(one, seen = new Set()) {
  if (seen.has(one)) return seen;
  seen.add(one);
  for (const name of Object.keys({ ...one.manifest.dependencies, ...one.manifest.peerDependencies })) {
    const dependency = all.find((other) => other.name === name);
    if (dependency !== undefined) withDependencies(dependency, seen);
  }
  return seen;
}

/** @param {WorkspacePackage} one */
function inputsOf(one) {
  const sources = [...withDependencies(one)].flatMap(({ path }) => [
    join(path, 'src'),
    join(path, 'package.json'),
  ]);
  const shared = ['tsup.config.ts', 'tsconfig.json', 'shaders', 'scripts/workspace/packages.mjs'];
  return fingerprint([...sources, ...shared.map((path) => join(ROOT, path))], toolVersions);
}

/** @param {WorkspacePackage} one */
const isBuilt = (one) => one.entries.every(({ name }) => existsSync(join(one.path, 'dist', `${name}.js`)));

/**
 * @param {WorkspacePackage} one
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function runTsup(one) {
  const tsup = join(ROOT, 'node_modules/tsup/dist/cli-default.js');
  const child = spawn(process.execPath, [tsup, '--config', join(ROOT, 'tsup.config.ts')], {
    cwd: one.path,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/**
 * @param {WorkspacePackage} one
 * @returns {Promise<boolean>} whether the package is built now
 */
async function buildPackage(one) {
  const missing = one.entries.filter(({ name }) => !existsSync(join(one.path, 'src', `${name}.ts`)));
  if (missing.length > 0) {
    const files = missing.map(({ name }) => `src/${name}.ts`).join(', ');
    console.error(`${one.folder}: its package.json exports what has no source: ${files} is missing`);
    return false;
  }
  const inputs = inputsOf(one);
  if (!force && isStamped(`build-${one.folder}`, inputs) && isBuilt(one)) return true;
  unstamp(`build-${one.folder}`);
  const startedMs = performance.now();
  const { code, output } = await runTsup(one);
  if (code !== 0 || !isBuilt(one)) {
    console.error(`${one.folder}: the build failed\n${output.trimEnd()}`);
    return false;
  }
  stamp(`build-${one.folder}`, inputs);
  console.log(`built ${one.name} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return true;
}

const queue = all.filter((one) => wanted.length === 0 || wanted.includes(one.folder));
let failures = 0;
await Promise.all(
  Array.from({ length: CONCURRENCY }, async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      if (!(await buildPackage(one))) failures += 1;
    }
  }),
);
process.exitCode = failures === 0 ? 0 : 1;
