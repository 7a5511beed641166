// A program with a pool: `pool-program.mjs SCENARIO KIND MODULE PROGRAM`.
import { children } from '../../src/children.js';
import { threads } from '../../src/threads.js';
import { runOf } from './task-run.js';

const [scenario, kind, module = '', program = ''] = process.argv.slice(2);
const start = kind === 'threads' ? threads : children;
const runner = start({ module, program, workers: 3, graceMs: 100 });

/** Says the processes that a handler tells of. */
const tell = (progress: unknown): void =>
  console.log(Object.values(progress as Record<string, number>).join('\n'));

if (scenario === 'idle') {
  await Promise.all([1, 2, 3].map((task) => runner.run(runOf('echo', task))));
  console.log('done');
} else {
  await runner.warm();
  for (const name of ['program', 'hang']) runner.run(runOf(name, null, { onProgress: tell })).catch(() => {});
  console.log(await runner.run(runOf('pid')));
}
