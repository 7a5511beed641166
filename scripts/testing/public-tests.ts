import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, workspacePackages } from '../workspace/packages.mjs';

const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g;

/**
 * The test files that know the packages only by what these export: those that can run against the built
 * packages (`TEST_BUILT=1`). A test that imports a package's inner file runs against the sources alone.
 */
export function publicTests(): string[] {
  return workspacePackages().flatMap((one) => {
    const isPublic = (specifier: string) =>
      !specifier.includes('/src/') || one.entries.some(({ name }) => specifier.endsWith(`/src/${name}.js`));
    return testFilesIn(join(one.path, 'test'))
      .filter((file) => importsOf(file).every(isPublic))
      .map((file) => relative(ROOT, file));
  });
}

/** A test's own imports, and those of the files beside it that it imports. */
function importsOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const specifiers = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? '');
  const neighbours = specifiers.filter(
    (specifier) => /^\.{1,2}\//.test(specifier) && !specifier.includes('/src/'),
  );
  const nested = neighbours
    .map((specifier) => join(file, '..', specifier.replace(/\.js$/, '.ts')))
    .filter((path) => path.includes('/test/') && path.endsWith('.ts'))
    .flatMap((path) => importsOf(path, seen));
  return [...specifiers, ...nested];
}

function testFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
