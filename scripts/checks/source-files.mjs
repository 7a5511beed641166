import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../workspace/packages.mjs';

/**
 * The files that are committed or would be: tracked ones, and new ones that git doesn't ignore.
 * @param {string} [root]
 * @returns {string[]} paths relative to the root, with forward slashes
 */
export function sourceFiles(root = ROOT) {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/**
 * @param {string} path relative to the root
 * @param {string} [root]
 * @returns {string | undefined} the file's text; undefined for a binary one
 */
export function textOf(path, root = ROOT) {
  const content = readFileSync(join(root, path));
  return content.subarray(0, 8000).includes(0) ? undefined : content.toString('utf8');
}
