import { join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../workspace/packages.mjs';
import { circlesOf } from './circles.mjs';
import { EMPTY_NAMES, FLOORS } from './floor-table.mjs';
import { importsOf } from './imports.mjs';
import { sourceFiles, textOf } from './source-files.mjs';

const CODE = /\.(ts|mts|mjs|js)$/;
const ROOM = /^(?:packages\/([^/]+)|(examples|bench))\//;

/**
 * Imports go down the floors, type imports included, and nowhere in a circle; a package's `index.ts` re-exports
 * and is imported by no file of the package; no file or folder has a name that says nothing.
 * @param {{ root?: string, floors?: Readonly<Record<string, number>>, files?: readonly string[] }} [options]
 * @returns {Promise<{ problems: string[] }>}
 */
export async function checkFloors({ root = ROOT, floors = FLOORS, files = sourceFiles(root) } = {}) {
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, Set<string>>} */
  const graph = new Map();
  for (const file of files) {
    problems.push(...emptyNamesIn(file));
    if (!CODE.test(file) || file.endsWith('.d.ts')) continue;
    const text = textOf(file, root);
    if (text === undefined) continue;
    if (/^packages\/[^/]+\/src\/index\.ts$/.test(file)) problems.push(...statementsBesideExports(file, text));
    const imports = importsOf(join(root, file), text);
    graph.set(
      file,
      new Set(imports.flatMap(({ to }) => (to === undefined ? [] : [slashed(relative(root, to))]))),
    );
    const room = roomOf(file);
    if (room === undefined) continue;
    if (floors[room] === undefined)
      problems.push(`${file}: the room ${room} has no floor in scripts/checks/floor-table.mjs`);
    for (const { specifier, to } of imports) {
      const target = to === undefined ? undefined : slashed(relative(root, to));
      problems.push(...arrowProblems({ file, room, specifier, target, floors }));
    }
  }
  for (const circle of circlesOf(graph)) problems.push(`a circle of imports: ${circle.join(' ↔ ')}`);
  return { problems: [...new Set(problems)] };
}

/**
 * @param {{ file: string, room: string, specifier: string, target: string | undefined, floors: Readonly<Record<string, number>> }} arrow
 * @returns {string[]}
 */
function arrowProblems({ file, room, specifier, target, floors }) {
  const imported = /^@framerail\/([^/]+)/.exec(specifier)?.[1];
  if (imported !== undefined && imported !== room) {
    const [own, other] = [floors[room] ?? 0, floors[imported]];
    if (other === undefined) return [`${file}: imports ${specifier}, which has no floor`];
    if (other > own)
      return [`${file}: floor ${own} imports ${specifier}, which is above it on floor ${other}`];
    if (other === own) return [`${file}: imports ${specifier}, a room beside it on floor ${own}`];
    return [];
  }
  if (imported === room && /^packages\/[^/]+\/src\//.test(file)) {
    return [`${file}: imports its own package by name (${specifier}); inside a package imports are relative`];
  }
  if (target === undefined) return [];
  const targetRoom = roomOf(target);
  if (targetRoom !== undefined && targetRoom !== room) {
    return [`${file}: imports ${target} by path; other rooms are imported by their package's name`];
  }
  if (/^packages\/[^/]+\/src\//.test(file) && /^packages\/[^/]+\/src\/index\.ts$/.test(target)) {
    return [`${file}: imports its package's index.ts; import the file that has what is needed`];
  }
  if (
    /^packages\/[^/]+\/src\//.test(file) &&
    !target.startsWith(`packages/${room}/src/`) &&
    !target.startsWith('shaders/') &&
    target !== `packages/${room}/package.json`
  ) {
    return [`${file}: imports ${target}, which is outside of its package's src`];
  }
  return [];
}

/** @param {string} file */
const roomOf = (file) => {
  const match = ROOM.exec(file);
  return match?.[1] ?? match?.[2];
};

/**
 * @param {string} file
 * @returns {string[]}
 */
function emptyNamesIn(file) {
  if (!/^(packages|native|shaders|examples|bench|scripts)\//.test(file)) return [];
  const empty = file
    .split('/')
    .filter((part) => EMPTY_NAMES.includes(part.replace(/\..*$/, '').toLowerCase()));
  return empty.map((part) => `${file}: "${part}" doesn't say what it is for`);
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {string[]}
 */
function statementsBesideExports(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const others = source.statements.filter(
    (statement) => !(ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined),
  );
  return others.length === 0 ? [] : [`${file}: does more than re-export`];
}

/** @param {string} path */
const slashed = (path) => path.replaceAll('\\', '/');
