// The Node that the project's scripts run on. Node 18 runs this: built-ins alone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from './packages.mjs';

/** What the packages support at least. */
const MINIMUM_VERSION = '22.15.0';

const INSTALLED = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * Path of the Node to run scripts on: npm's `node` package when it is installed and runs, else this one when it is
 * new enough.
 * @returns {string}
 * @throws when there is neither
 */
export function projectNode() {
  if (process.execPath === INSTALLED) return INSTALLED;
  if (existsSync(INSTALLED) && spawnSync(INSTALLED, ['--version']).status === 0) return INSTALLED;
  if (isAtLeast(process.versions.node, MINIMUM_VERSION)) return process.execPath;
  throw new Error(
    `Expected Node ${MINIMUM_VERSION} or later, but this is ${process.versions.node} and node_modules has none ` +
      "that runs. Run `npm run setup`; where npm's install scripts are turned off, install Node 24 by hand.",
  );
}

/** The environment in which `node` on the PATH is the project's. */
export function projectEnvironment(env = process.env) {
  return {
    ...env,
    PATH: [dirname(projectNode()), join(ROOT, 'node_modules/.bin'), env['PATH']].join(delimiter),
  };
}

/**
 * @param {string} version
 * @param {string} minimum
 */
export function isAtLeast(version, minimum) {
  const [have, need] = [version, minimum].map((text) => text.split('.').map(Number));
  for (const [index, part] of (need ?? []).entries()) {
    const ours = have?.[index] ?? 0;
    if (ours !== part) return ours > part;
  }
  return true;
}
