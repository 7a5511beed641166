import { homedir } from 'node:os';
import { ROOT } from '../workspace/packages.mjs';
import { sourceFiles, textOf } from './source-files.mjs';
import { outputOf } from './tool.mjs';

// Joined here, or this file would name them itself.
const PUBLIC_REGISTRIES = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['static', 'crates', 'io'],
  ['index', 'crates', 'io'],
  ['files', 'pythonhosted', 'org'],
  ['deb', 'debian', 'org'],
].map((parts) => parts.join('.'));

/**
 * No committed file names the host of a package registry (a lock file that does works in one network alone), nor a
 * path that exists on the author's machine only.
 *
 * @param {{ files?: readonly string[], text?: (path: string) => string | undefined, forbidden?: readonly string[] }} [options]
 */
export async function checkHosts({ files = sourceFiles(), text = textOf, forbidden } = {}) {
  const words = forbidden ?? [...PUBLIC_REGISTRIES, ...(await configuredRegistries()), ...machinePaths()];
  const problems = [];
  for (const file of files) {
    for (const [index, line] of (text(file) ?? '').split('\n').entries()) {
      for (const word of words) if (line.includes(word)) problems.push(`${file}:${index + 1} names ${word}`);
    }
  }
  return { problems };
}

/** Hosts that npm was told to use on this machine. */
async function configuredRegistries() {
  const { stdout } = await outputOf('npm', ['config', 'get', 'registry']);
  try {
    return [new URL(stdout.trim()).host];
  } catch {
    return [];
  }
}

/** Short ones, such as `/app` in a container, would be found in innocent text. */
function machinePaths() {
  return [ROOT, homedir()]
    .filter((path) => path.length > 4 && path.split('/').length > 2)
    .map((path) => `${path}/`);
}
