// The checks, in the order in which they run: the quick ones first.
import { checkApiDocs } from './api-docs.mjs';
import { checkDocblocks } from './docblocks.mjs';
import { checkFloors } from './floors.mjs';
import { checkHosts } from './hosts.mjs';
import { checkLength } from './length.mjs';
import { checkLockFile } from './lock-file.mjs';
import { checkPackages } from './packages.mjs';
import { runCargo, runTool } from './tool.mjs';
import { checkUnfinished } from './unfinished.mjs';

/**
 * @typedef {object} Check
 * @property {string} name what `npm run check -- NAME` takes
 * @property {string} holds what is true when it passes
 * @property {() => Promise<import('./tool.mjs').CheckResult>} run
 */

/** @type {readonly Check[]} */
export const CHECKS = [
  {
    name: 'format',
    holds: 'Biome finds nothing to format or to lint',
    run: () => runTool('biome', ['ci', '--colors=off', '.']),
  },
  {
    name: 'types',
    holds: 'everything type-checks',
    run: () => runTool('tsc', ['--project', '.', '--noEmit', '--pretty', 'false']),
  },
  { name: 'floors', holds: 'imports go down the floors, without a circle', run: checkFloors },
  { name: 'docblocks', holds: 'all that packages export is documented', run: checkDocblocks },
  { name: 'length', holds: 'no file is longer than 400 lines', run: checkLength },
  { name: 'unfinished', holds: 'nothing is marked as unfinished or switched off', run: checkUnfinished },
  { name: 'hosts', holds: "no file names a registry's host or a path of this machine", run: checkHosts },
  { name: 'lock', holds: 'the lock file is complete for every platform', run: checkLockFile },
  {
    name: 'unused',
    holds: 'knip finds no unused file, export or dependency',
    run: () => runTool('knip', []),
  },
  { name: 'packages', holds: 'publint and attw accept the packed packages', run: checkPackages },
  { name: 'api-docs', holds: 'TypeDoc documents all packages without a warning', run: checkApiDocs },
  {
    name: 'rust-format',
    holds: 'cargo fmt has nothing to change',
    run: () => runCargo(['fmt', '--all', '--check']),
  },
  {
    name: 'rust-lint',
    holds: 'clippy has nothing to say',
    run: () => runCargo(['clippy', '--workspace', '--all-targets', '--quiet', '--', '-D', 'warnings']),
  },
];
