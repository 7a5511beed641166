// Owns a queue until it is killed: `owner.mjs ORDER`. What is acknowledged goes to the witness, a line each: `ack ID`, and
// `done ID TOKEN` for each completion that the engine took. One that is to add nothing does what is left, and says `end ID STATE`
// of each task that was acknowledged. All say `ended ID` of tasks that they find completed.
import { appendFileSync, writeSync } from 'node:fs';
import { createQueue, type TaskEngine } from '@framerail/task-queue';
import { bullmq } from '@framerail/task-queue/bullmq';
import { children } from '@framerail/task-queue/children';
import { sqlite } from '@framerail/task-queue/sqlite';
import handlers from './handlers.ts';
import { type OwnerOrder, type Store, WITNESS } from './order.ts';
import { numbersOf } from './rows.ts';
import { Witness } from './witness.ts';

const order: OwnerOrder = JSON.parse(process.argv[2] ?? '');
const { witness, tasks, children: workers } = order;
/** Milliseconds that tasks take: as long as an owner lives, so that most are under way when it is killed. */
const LEAST_MS = 30;
const MORE_MS = 300;

process.env[WITNESS] = witness;
const upTo = numbersOf(order.seed);
const tell = (lines: readonly string[]): void => appendFileSync(witness, `${lines.join('\n')}\n`);

const engine = witnessed(engineOf(order.store));
const queue = createQueue({ engine, slots: 100, lanes: { default: { concurrency: 100 } } });
queue.on('engineError', ({ during, error }) => process.stderr.write(`${during}: ${error}\n`));
const runner =
  workers === undefined
    ? undefined
    : children({ module: workers.module, program: workers.program, workers: workers.workers });
queue.define('work', runner ?? (handlers.handlers['work'] as never), {
  retries: { attempts: 1000, backoffMs: 1, maxMs: 1 },
});
const { counts } = await queue.stats();
await tellEnded([...new Witness(witness).left()]);
writeSync(1, 'open\n');
if (tasks === 0) {
  await queue.drain();
  const ids = [...new Witness(witness).acknowledged()];
  for (let from = 0; from < ids.length; from += 1000) {
    const some = ids.slice(from, from + 1000);
    const records = await engine.get(some);
    tell(some.map((id, at) => `end ${id} ${records[at]?.state ?? 'gone'}`));
  }
  await queue.close();
  await runner?.close();
} else {
  let missing = tasks - counts.waiting - counts.active - counts.delayed;
  while (missing > 0) {
    const some = Math.min(missing, 1 + upTo(40));
    missing -= some;
    const handles = await queue.addBulk(
      Array.from({ length: some }, () => ({ name: 'work', data: LEAST_MS + upTo(MORE_MS) })),
    );
    tell(handles.map(({ id }) => `ack ${id}`));
  }
}

/** The one before may have been killed between the completion of a task and saying so. */
async function tellEnded(ids: readonly string[]): Promise<void> {
  const records = ids.length === 0 ? [] : await engine.get(ids);
  const ended = ids.filter((_, at) => records[at]?.state === 'completed');
  if (ended.length > 0) tell(ended.map((id) => `ended ${id}`));
}

function engineOf(store: Store): TaskEngine {
  if (store.kind === 'sqlite') return sqlite({ path: store.path, program: store.program });
  return bullmq({ connection: store.url, queue: store.queue, program: store.program });
}

/** An engine that tells the witness which completions it took. */
function witnessed(inner: TaskEngine): TaskEngine {
  const settle = inner.settle.bind(inner);
  return Object.assign(inner, {
    settle: async (settlements: Parameters<TaskEngine['settle']>[0]) => {
      const outcomes = await settle(settlements);
      const done = settlements.filter(({ how }, at) => how === 'complete' && outcomes[at] === 'applied');
      if (done.length > 0) tell(done.map(({ id, token }) => `done ${id} ${token}`));
      return outcomes;
    },
  });
}
