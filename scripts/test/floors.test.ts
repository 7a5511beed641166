import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { circlesOf } from '../checks/circles.mjs';
import { checkFloors } from '../checks/floors.mjs';

const FLOORS = { top: 3, left: 2, right: 2, ground: 1 };
const folders: string[] = [];

/** A tree of files as a repository of its own; the check sees what git sees. */
function treeOf(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'framerail-floors-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  execFileSync('git', ['init', '-q'], { cwd: root });
  return root;
}

const problemsOf = async (files: Record<string, string>) =>
  (await checkFloors({ root: treeOf(files), floors: FLOORS })).problems;

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('floors', () => {
  test('a house in order has no problems', async () => {
    const problems = await problemsOf({
      'packages/ground/src/index.ts': "export { a } from './a.js';\n",
      'packages/ground/src/a.ts': 'export const a = 1;\n',
      'packages/left/src/index.ts': "export type { B } from './b.js';\n",
      'packages/left/src/b.ts': "import type { a } from '@framerail/ground';\nexport type B = typeof a;\n",
      'packages/top/src/c.ts': "import type { B } from '@framerail/left';\nexport type C = B;\n",
    });
    expect(problems).toEqual([]);
  });

  test.each([
    [
      'a value import that runs up',
      "import { c } from '@framerail/top';\nexport const a = c;\n",
      'above it on floor 3',
    ],
    [
      'a type import that runs up',
      "import type { C } from '@framerail/top';\nexport type A = C;\n",
      'above it on floor 3',
    ],
    ['an import() type that runs up', "export type A = import('@framerail/top').C;\n", 'above it on floor 3'],
    ['a re-export that runs up', "export * from '@framerail/top/testing';\n", 'above it on floor 3'],
    [
      'an import of the room beside it',
      "import type { B } from '@framerail/right';\nexport type A = B;\n",
      'beside it on floor 2',
    ],
    ['an import of a room without a floor', "import '@framerail/attic';\n", 'has no floor'],
    ['an import of its own package by name', "import '@framerail/left';\n", 'by name'],
    ['an import of another room by path', "import '../../ground/src/a.js';\n", 'by path'],
    ['an import of its index', "import './index.js';\n", 'index.ts'],
  ])('%s is found', async (_, text, words) => {
    const problems = await problemsOf({
      'packages/left/src/a.ts': text,
      'packages/left/src/index.ts': "export * from './b.js';\n",
      'packages/left/src/b.ts': 'export const b = 1;\n',
      'packages/ground/src/a.ts': 'export const a = 1;\n',
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('packages/left/src/a.ts');
    expect(problems[0]).toContain(words);
  });

  test('a circle of type imports is found', async () => {
    const problems = await problemsOf({
      'packages/ground/src/a.ts': "import type { B } from './b.js';\nexport type A = B | 1;\n",
      'packages/ground/src/b.ts': "import type { A } from './a.js';\nexport type B = A | 2;\n",
    });
    expect(problems).toEqual(['a circle of imports: packages/ground/src/a.ts ↔ packages/ground/src/b.ts']);
  });

  test('an index that does more than re-export is found', async () => {
    const problems = await problemsOf({ 'packages/ground/src/index.ts': 'export const a = 1;\n' });
    expect(problems).toEqual(['packages/ground/src/index.ts: does more than re-export']);
  });

  test.each(['utils.ts', 'common/a.ts', 'core/a.ts', 'types.ts', 'misc.test.ts'])(
    'the name %s is found',
    async (file) => {
      const problems = await problemsOf({ [`packages/ground/src/${file}`]: 'export const a = 1;\n' });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain("doesn't say what it is for");
    },
  );

  test('a room that is not in the table is found', async () => {
    const problems = await problemsOf({ 'packages/attic/src/a.ts': 'export const a = 1;\n' });
    expect(problems[0]).toContain('has no floor');
  });
});

describe('circles', () => {
  const graphs = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 24 }))
    .map(([size, arrows]) => {
      const names = Array.from({ length: size }, (_, index) => `n${index}`);
      const graph = new Map(names.map((name) => [name, new Set<string>()]));
      for (const [from, to] of arrows) graph.get(`n${from % size}`)?.add(`n${to % size}`);
      return graph;
    });

  /** Whether a walk of at least one arrow leads from one node to another. */
  function reaches(graph: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
    const seen = new Set<string>();
    const waiting = [...(graph.get(from) ?? [])];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node === to) return true;
      if (seen.has(node)) continue;
      seen.add(node);
      waiting.push(...(graph.get(node) ?? []));
    }
    return false;
  }

  test('two nodes share a circle exactly when each reaches the other', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const circles = circlesOf(graph);
        for (const a of graph.keys()) {
          for (const b of graph.keys()) {
            const together = circles.some((circle) => circle.includes(a) && circle.includes(b));
            expect(together).toBe(reaches(graph, a, b) && reaches(graph, b, a));
          }
        }
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
