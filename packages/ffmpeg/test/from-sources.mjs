// Lets a plain Node process import the packages from their TypeScript: `node --import from-sources.mjs x.mts`.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const packages = new URL('../../', import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    const name = /^@framerail\/([\w-]+)$/.exec(specifier)?.[1];
    if (name !== undefined)
      return { url: new URL(`${name}/src/index.ts`, packages).href, shortCircuit: true };
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL !== undefined) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(source)))
        return { url: pathToFileURL(fileURLToPath(source)).href, shortCircuit: true };
    }
    return next(specifier, context);
  },
});
