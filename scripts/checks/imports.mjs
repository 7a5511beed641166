import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {object} Import
 * @property {string} from absolute path of the importing file
 * @property {string} specifier as written
 * @property {string | undefined} to absolute path of the imported file, when the import is relative and leads to one
 */

const CANDIDATES = ['', '.ts', '.mts', '.js', '.mjs', '/index.ts'];

/**
 * Everything a file imports: values and types, `export … from`, `import()` and `import('…').Type`.
 * @param {string} path absolute
 * @param {string} text
 * @returns {Import[]}
 */
export function importsOf(path, text) {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName: specifier }) => ({
    from: path,
    specifier,
    to: specifier.startsWith('.') ? resolveRelative(path, specifier) : undefined,
  }));
}

/**
 * @param {string} path
 * @param {string} specifier
 * @returns {string | undefined}
 */
function resolveRelative(path, specifier) {
  const base = resolve(dirname(path), specifier);
  const typescript = base.replace(/\.([cm]?)js$/, '.$1ts');
  for (const candidate of [typescript, ...CANDIDATES.map((ending) => base + ending)]) {
    if (/\.[a-z]+$/.test(candidate) && existsSync(candidate)) return join(candidate);
  }
  return undefined;
}
