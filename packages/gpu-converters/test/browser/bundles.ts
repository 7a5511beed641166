import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildWithVite } from 'vite';

/** What every bundle is made of: the packages as built, found through node_modules as an editor finds them. */
const PACKAGE = '@framerail/gpu-converters';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Bundles a module of this folder, or text, for browsers: an import of Node's is an error. */
export async function bundleWithEsbuild(entry: { file: string } | { text: string }): Promise<string> {
  const { outputFiles } = await build({
    ...('file' in entry
      ? { entryPoints: [`${HERE}${entry.file}`] }
      : { stdin: { contents: entry.text, resolveDir: HERE } }),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // Without the repository's own, whose `paths` lead to the sources.
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** Bundles the package as a library, which vite does with rolldown. */
export async function bundleWithVite(): Promise<string> {
  const name = 'virtual:entry';
  const output = await buildWithVite({
    configFile: false,
    root: HERE,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id: string) => (id === name ? `${HERE}entry.js` : undefined),
        load: (id: string) => (id === `${HERE}entry.js` ? `export * from '${PACKAGE}';` : undefined),
      },
    ],
    build: { write: false, lib: { entry: name, formats: ['es'] }, target: 'es2022' },
  });
  const [first] = Array.isArray(output) ? output : [output];
  if (first === undefined || !('output' in first)) throw new Error('vite gave no bundle');
  return first.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('\n');
}

/** Imports of Node's that are left in a bundle. */
export function nodeImportsIn(bundle: string): string[] {
  const imports =
    /\b(?:from|import|require)\s*\(?\s*(["'])(node:[\w/]+|fs|path|os|url|module|crypto|worker_threads|child_process)\1/g;
  return [...bundle.matchAll(imports)].map((match) => match[2] as string);
}
