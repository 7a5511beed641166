// Runs a script on the Node that the project needs: npm's `node` package, version 24, whatever runs npm.
//   node scripts/run.mjs SCRIPT [ARGUMENT…]
// It is needed although npm puts node_modules/.bin first on the PATH: a shell remembers where it found `node`
// before the install, and goes on using that one.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { projectNode } from './workspace/node.mjs';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error('Expected a script to run: node scripts/run.mjs SCRIPT [ARGUMENT…]');
  process.exit(2);
}

const child = spawn(projectNode(), [script, ...args], { stdio: 'inherit' });
// A terminal sends its signals to the child too; what a supervisor sends to this process alone is handed on.
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => {});
child.on('error', (error) => {
  console.error(`${projectNode()} could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
});
