// A program that runs a queue in a file, as users' programs do, and says what happens: a line of JSON each on stdout.
// Its argument is { path, tasks: [{ name, options }], works }. Handlers: `wait` until their signal, `fail`, `count`.
import { createQueue } from '@framerail/task-queue';
import { sqlite } from '@framerail/task-queue/sqlite';

/** @type {{ path: string, tasks: { name: string, options?: object }[], works: boolean, paused?: string[] }} */
const { path, tasks, works, paused = [] } = JSON.parse(process.argv[2] ?? '{}');
/** @param {object} event */
const say = (event) => void process.stdout.write(`${JSON.stringify(event)}\n`);

const lanes = { default: {}, slow: {} };
const queue = createQueue({ engine: sqlite({ path }), lanes, slots: 4, pollMs: 50, leaseMs: 1000 });
for (const lane of paused) await queue.pause(lane);
const added = await queue.addBulk(
  tasks.map(({ name, options }) => ({ name, data: { of: name }, ...options })),
);
say({ what: 'added', ids: added.map(({ id }) => id) });
if (works) {
  queue.define('count', async ({ task }) => say({ what: 'counted', id: task.id }));
  queue.define('fail', () => Promise.reject(new Error('no such clip')), { retries: 0 });
  queue.define('wait', async ({ task, signal }) => {
    say({ what: 'began', id: task.id });
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  queue.on('failed', ({ id }) => say({ what: 'failed', id }));
  queue.on('cancelled', ({ id }) => say({ what: 'cancelled', id }));
}
process.stdin.resume().once('end', async () => {
  await queue.close();
  process.exit(0);
});
