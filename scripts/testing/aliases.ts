import { dirname, join, resolve } from 'node:path';
import { workspacePackages } from '../workspace/packages.mjs';

/** One import specifier and the file that stands for it. */
export interface PackageAlias {
  find: RegExp;
  replacement: string;
}

/** Where `@framerail/…` leads in tests: to the sources, or to what was built from them. */
export function packageAliases(options: { built: boolean }): PackageAlias[] {
  return workspacePackages().flatMap((one) =>
    one.entries.flatMap(({ name, specifier }) => {
      if (specifier === undefined) return [];
      const replacement = options.built
        ? join(one.path, 'dist', `${name}.js`)
        : join(one.path, 'src', `${name}.ts`);
      return [{ find: new RegExp(`^${specifier}$`), replacement }];
    }),
  );
}

/** A vite plugin for runs against the built packages: a test's `../src/index.js` leads to `dist/index.js`. */
export function builtEntries() {
  const built = new Map(
    workspacePackages().flatMap((one) =>
      one.entries.map(
        ({ name }) => [join(one.path, 'src', `${name}.js`), join(one.path, 'dist', `${name}.js`)] as const,
      ),
    ),
  );
  return {
    name: 'built-entries',
    enforce: 'pre' as const,
    resolveId(specifier: string, importer: string | undefined) {
      if (importer === undefined || !specifier.startsWith('.')) return undefined;
      return built.get(resolve(dirname(importer), specifier));
    },
  };
}
