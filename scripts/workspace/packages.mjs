// The packages of the workspace, read from their package.json files: the build, the tests and the checks
// all take their list of entries from here, so a new subpath is declared in one place only.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} WorkspacePackage
 * @property {string} folder its folder's name, for example `buffer-pool`
 * @property {string} path absolute path of its folder
 * @property {string} name its npm name, for example `@framerail/buffer-pool`
 * @property {any} manifest its parsed package.json
 * @property {Entry[]} entries what it exports or runs as a command
 *
 * @typedef {object} Entry
 * @property {string} name file name without extension: `index` is built from `src/index.ts` into `dist/index.js`
 * @property {string | undefined} specifier what others import it by; undefined for a command
 */

/** Absolute path of the repository's root. */
export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

const DIST_FILE = /^\.\/dist\/(.+)\.[cm]?js$/;

/**
 * Every package under `packages/`, in alphabetical order.
 * @returns {WorkspacePackage[]}
 */
export function workspacePackages(root = ROOT) {
  const base = join(root, 'packages');
  return readdirSync(base)
    .filter((folder) => existsSync(join(base, folder, 'package.json')))
    .sort()
    .map((folder) => readPackage(join(base, folder), folder));
}

/**
 * @param {string} path
 * @param {string} folder
 * @returns {WorkspacePackage}
 */
function readPackage(path, folder) {
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  return { folder, path, name: manifest.name, manifest, entries: entriesOf(manifest) };
}

/**
 * @param {any} manifest
 * @returns {Entry[]}
 */
export function entriesOf(manifest) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    for (const file of stringsIn(target)) {
      const name = DIST_FILE.exec(file)?.[1];
      const specifier = manifest.name + subpath.slice(1);
      if (name !== undefined && !entries.has(name)) entries.set(name, { name, specifier });
    }
  }
  for (const file of stringsIn(manifest.bin)) {
    const name = DIST_FILE.exec(file)?.[1];
    if (name !== undefined && !entries.has(name)) entries.set(name, { name, specifier: undefined });
  }
  return [...entries.values()];
}

/**
 * @param {unknown} value
 * @returns {string[]}
 */
function stringsIn(value) {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
