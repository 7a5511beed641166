import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../workspace/packages.mjs';

/** A fenced block of TypeScript in a page of the documentation. */
export interface Snippet {
  /** The page, relative to the repository's root. */
  page: string;
  /** The line of its first line of code, from 1. */
  line: number;
  code: string;
  /**
   * What is done with it: `run` (a block marked `ts`) executes it as a module, `check` (`ts no-run`) only checks its
   * types, `bundle` (`ts browser`) bundles it for a browser.
   */
  treatment: 'run' | 'check' | 'bundle';
}

const TREATMENTS: Record<string, Snippet['treatment']> = { '': 'run', 'no-run': 'check', browser: 'bundle' };

/** The pages whose snippets are tested: the READMEs, and all of docs/ but the generated docs/api. */
export function documentationPages(root = ROOT): string[] {
  const readmes = ['packages', 'examples'].flatMap((folder) =>
    pagesIn(root, folder, 2).filter((page) => page.endsWith('/README.md')),
  );
  const docs = pagesIn(root, 'docs', 8).filter((page) => !page.startsWith('docs/api/'));
  return [...pagesIn(root, '', 1), ...readmes, ...docs].sort();
}

function pagesIn(root: string, folder: string, depth: number): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) return entry.name.endsWith('.md') ? [path] : [];
    return depth > 1 && entry.name !== 'node_modules' ? pagesIn(root, path, depth - 1) : [];
  });
}

/** The TypeScript blocks of a page, in order. */
export function snippetsIn(page: string, text = readFileSync(join(ROOT, page), 'utf8')): Snippet[] {
  const snippets: Snippet[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const opening = /^(\s*)(`{3,})(\S*)\s*(.*?)\s*$/.exec(lines[index] ?? '');
    if (opening === null) continue;
    const [, indent = '', fence = '', language = '', mark = ''] = opening;
    const start = index + 1;
    index = lines.findIndex((line, at) => at >= start && line.trim() === fence);
    if (index === -1) throw new Error(`${page}:${start}: the block is never closed`);
    if (language !== 'ts' && language !== 'typescript') continue;
    const treatment = TREATMENTS[mark];
    if (treatment === undefined)
      throw new Error(`${page}:${start}: expected ts, ts no-run or ts browser but received ts ${mark}`);
    const code = lines
      .slice(start, index)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    snippets.push({ page, line: start + 1, code: code.join('\n'), treatment });
  }
  return snippets;
}
