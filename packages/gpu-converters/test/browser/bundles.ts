import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildWithVite } from 'vite';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/**
 * Bundles a module of this folder, or text, for browsers: an import of Node's is an error. The packages are taken as
 * built, through node_modules, where a program finds them.
 */
export async function bundleWithEsbuild(entry: { file: string } | { text: string }): Promise<string> {
  const { outputFiles } = await build({
    ...('file' in entry
      ? { entryPoints: [`${HERE}${entry.file}`] }
      : { stdin: { contents: entry.text, loader: 'ts', resolveDir: HERE } }),
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

/** Bundles the package as a library, which vite does with rolldown. Gives the files by name, the entry as `entry.js`. */
export async function bundleWithVite(): Promise<Record<string, string>> {
  const output = await buildWithVite({
    configFile: false,
    root: HERE,
    logLevel: 'silent',
    build: {
      write: false,
      lib: { entry: { entry: `${HERE}package.ts` }, formats: ['es'], fileName: (_, name) => `${name}.js` },
      target: 'es2022',
    },
  });
  const [first] = Array.isArray(output) ? output : [output];
  if (first === undefined || !('output' in first)) throw new Error('vite gave no bundle');
  return Object.fromEntries(
    first.output.map((chunk) => [chunk.fileName, 'code' in chunk ? chunk.code : String(chunk.source)]),
  );
}

/** Imports of Node's that are left in a bundle. */
export function nodeImportsIn(bundle: string): string[] {
  const imports =
    /\b(?:from|import|require)\s*\(?\s*(["'])(node:[\w/]+|fs|path|os|url|module|crypto|worker_threads|child_process)\1/g;
  return [...bundle.matchAll(imports)].map((match) => match[2] as string);
}
