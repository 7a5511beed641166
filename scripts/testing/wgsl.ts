import { readFile } from 'node:fs/promises';

/** A vite plugin: `import source from './x.wgsl'` gives the shader's text, as in the packages' build. */
export function wgslText() {
  return {
    name: 'wgsl-text',
    async load(id: string) {
      if (!id.endsWith('.wgsl')) return undefined;
      return { code: `export default ${JSON.stringify(await readFile(id, 'utf8'))};`, map: null };
    },
  };
}
