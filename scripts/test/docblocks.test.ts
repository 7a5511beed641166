import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterEach, expect, test } from 'vitest';
import { checkDocblocks } from '../checks/docblocks.mjs';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What the check says of a package with this source; without the place, which is a temporary folder. */
async function problemsOf(source: string): Promise<string[]> {
  const path = mkdtempSync(join(tmpdir(), 'framerail-docblocks-'));
  folders.push(path);
  mkdirSync(join(path, 'src'));
  writeFileSync(join(path, 'src/index.ts'), "export * from './a.js';\n");
  writeFileSync(join(path, 'src/a.ts'), source);
  const entries = [{ name: 'index', specifier: '@framerail/example' }];
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
  };
  const one = { folder: 'example', path, name: '@framerail/example', manifest: {}, entries };
  const { problems } = await checkDocblocks({ packages: [one], options });
  return problems.map((problem) => problem.slice(problem.indexOf(': ') + 2));
}

test('what is documented has no problems, and what is not exported needs no words', async () => {
  const source = `
    /** Adds. @throws FramerailError \`E_SUM_TOO_LARGE\` */
    export function add(a: number, b: number): number { if (a > 9) throw new Error('E_SUM_TOO_LARGE'); return a + b; }
    /** A thing. */
    export interface Thing {
      /** Its size. */
      size: number;
      /** Grows. */
      grow(): void;
    }
    /** @returns its half */
    export function half(a: number) { return a / 2; }
    const hidden = 1;
    /** Counts. */
    export class Counter implements Thing { size = hidden; #secret = 1; private other = 2; grow() { this.#secret += this.other; } [Symbol.iterator]() {} }
  `;
  expect(await problemsOf(source)).toEqual([]);
});

test.each([
  ['a function', 'export function add() {}', 'add has no docblock'],
  ['an empty @returns', '/** @returns */ export function add() {}', 'add has no docblock'],
  ['a constant', 'export const one = 1;', 'one has no docblock'],
  ['a type', 'export type One = 1;', 'One has no docblock'],
  ['an interface', 'export interface Thing {}', 'Thing has no docblock'],
  [
    'a member of an interface',
    '/** A. */ export interface Thing { size: number }',
    'Thing.size has no docblock',
  ],
  ['a method of a class', '/** A. */ export class Thing { grow() {} }', 'Thing.grow has no docblock'],
  [
    'a member of an object type',
    '/** A. */ export type Thing = { size: number } & {\n/** B. */\nb: 1 };',
    'Thing.size has no docblock',
  ],
  ['an empty docblock', '/** */ export const one = 1;', 'one has no docblock'],
  [
    'a promised code',
    '/** A. @throws E_NOWHERE when it rains */ export function add() {}',
    'add promises E_NOWHERE, which is nowhere in the code',
  ],
])('%s without words, or without what they promise, is found', async (_, source, problem) => {
  expect(await problemsOf(source)).toEqual([problem]);
});
