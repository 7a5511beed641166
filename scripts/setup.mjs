// Sets up all that is missing, in seconds when nothing is: npm's packages, the programs of the system, the
// packages' builds and the addon. Node's built-ins alone, because it runs before anything is installed, on
// whatever Node runs npm (18 or later).
//   npm run setup [-- --for demo|test|bench] [--quiet]
//     --for     installs only what that command needs from the system
//     --quiet   nothing on stdout, and a word on stderr only about what is done
import { buildAddon } from './setup/addon.mjs';
import { buildPackages } from './setup/build-packages.mjs';
import { linkCommands } from './setup/link-commands.mjs';
import { installNpmPackages } from './setup/npm-packages.mjs';
import { createReport } from './setup/report.mjs';
import { installSystemPrograms } from './setup/system-programs.mjs';
import { installVersitygw } from './setup/versitygw.mjs';

const args = process.argv.slice(2);
const report = createReport({ quiet: args.includes('--quiet') });

const PURPOSES = /** @type {const} */ (['demo', 'test', 'bench', 'everything']);
const wanted = args.includes('--for') ? args[args.indexOf('--for') + 1] : 'everything';
const purpose = PURPOSES.find((one) => one === wanted);
if (purpose === undefined) {
  console.error(`Expected one of ${PURPOSES.join(', ')} after --for but received ${wanted}`);
  process.exit(2);
}

const [major] = process.versions.node.split('.').map(Number);
if ((major ?? 0) < 18) {
  console.error(`Expected Node 18 or later to set up with, but this is ${process.versions.node}.`);
  process.exit(1);
}

try {
  await installNpmPackages(report);
  await installSystemPrograms(report, purpose);
  await installVersitygw(report, purpose);
  await buildPackages(report);
  linkCommands();
  await buildAddon(report);
} catch (error) {
  report.fail(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
