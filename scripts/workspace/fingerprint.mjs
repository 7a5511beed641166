// Fingerprints of input files, and stamps that remember the fingerprint a step last ran with, so that a
// step whose inputs didn't change is skipped. Node 18 runs this: built-ins alone.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './packages.mjs';

const IGNORED = new Set(['node_modules', 'dist', 'target', '.git', '.cache']);

/**
 * One hash over the names and the contents of files; folders are walked, what is missing counts as absent.
 * @param {readonly string[]} paths absolute paths of files or folders
 * @param {readonly string[]} [extra] further strings that the result depends on, such as versions
 * @returns {string} hexadecimal SHA-256
 */
export function fingerprint(paths, extra = []) {
  const hash = createHash('sha256');
  for (const text of extra) hash.update(`${text.length}:${text}\n`);
  for (const path of paths) {
    for (const file of filesUnder(path)) {
      const content = readFileSync(file);
      hash.update(`${relative(ROOT, file)}\0${content.byteLength}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]} files in a stable order
 */
export function filesUnder(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !IGNORED.has(name))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** @param {string} name */
const stampPath = (name) => join(ROOT, '.cache', 'stamps', name);

/**
 * @param {string} name
 * @param {string} value
 * @returns {boolean} whether the step of that name last finished with this fingerprint
 */
export function isStamped(name, value) {
  const path = stampPath(name);
  return existsSync(path) && readFileSync(path, 'utf8') === value;
}

/**
 * @param {string} name
 * @param {string} value
 */
export function stamp(name, value) {
  mkdirSync(dirname(stampPath(name)), { recursive: true });
  writeFileSync(stampPath(name), value);
}

/** @param {string} name */
export function unstamp(name) {
  rmSync(stampPath(name), { force: true });
}
