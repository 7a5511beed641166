import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspacePackages } from '../workspace/packages.mjs';
import { outputOf } from './tool.mjs';

/**
 * Packs every package as npm would publish it, and has publint (strictly) and attw look at the archive. Resolution
 * as Node 10 did it is left out: it knows no subpaths, and the packages need Node 22.
 */
export async function checkPackages() {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-pack-'));
  try {
    const problems = [];
    for (const one of workspacePackages())
      problems.push(...(await packageProblems(one, join(folder, one.folder))));
    return { problems };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import('../workspace/packages.mjs').WorkspacePackage} one
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function packageProblems(one, folder) {
  mkdirSync(folder, { recursive: true });
  const packed = await outputOf('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: one.path });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || archive === undefined)
    return [`${one.name}: npm pack failed: ${packed.output.trim()}`];
  const path = join(folder, archive);
  const results = await Promise.all([
    outputOf('publint', [path, '--strict']),
    outputOf('attw', [path, '--profile', 'node16', '--no-emoji', '--format', 'ascii']),
  ]);
  return results.filter(({ code }) => code !== 0).map(({ output }) => `${one.name}:\n${output.trim()}`);
}
