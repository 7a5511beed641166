#!/usr/bin/env node
// A render server: clients add tasks over HTTP, watch them, cancel them and ask for them; tasks survive the process.
//   npx framerail-queue-server [--db out/queue.db] [--port 8080]
//   curl -d '{"name":"thumbnail","data":{"input":"a.mp4","output":"a.jpg"}}' localhost:8080/tasks
//   curl localhost:8080/tasks/ID      curl -N localhost:8080/tasks/ID/progress      curl -X DELETE localhost:8080/tasks/ID
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { createQueue } from '@framerail/task-queue';
import { sqlite } from '@framerail/task-queue/sqlite';
import { answerWith } from './http-api.mjs';
import { defineTasks } from './tasks.mjs';

const GRACE_MS = 5000;

const { values } = parseArgs({
  options: { db: { type: 'string', default: 'out/queue.db' }, port: { type: 'string', default: '8080' } },
});

const queue = createQueue({
  engine: sqlite({ path: values.db }),
  // People wait for thumbnails; proxies take the whole machine, one at a time.
  lanes: { thumbnail: { priority: 10 }, proxy: { concurrency: 1 }, waiting: { concurrency: 32 } },
  slots: 32,
  retention: { completed: { count: 100_000 }, cancelled: { count: 100_000 } },
});
defineTasks(queue);
queue.on('failed', ({ id, name, failure }) => console.error(`${name} ${id} failed: ${failure.message}`));

// Without an authentication of its own it is nobody's business but this machine's.
const server = createServer(answerWith(queue));
// Longer than clients and proxies keep theirs: none is to send a request into a connection that is just being closed.
server.keepAliveTimeout = 75_000;
try {
  await queue.open();
  await once(server.listen(Number(values.port), '127.0.0.1'), 'listening');
} catch (error) {
  // A failure of Framerail has a stable code and says what to do.
  const { code, message } = /** @type {Error & { code?: string }} */ (error);
  console.error(`${code ?? 'E_UNEXPECTED'}: ${message}`);
  process.exit(1);
}
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
console.log(
  `Listening on http://127.0.0.1:${port}; framerail queue status --db ${values.db} looks into the same queue`,
);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close();
    // What runs gets some seconds to end; what doesn't, and what waits, goes on at the next start.
    await queue.close({ graceMs: GRACE_MS });
    server.closeAllConnections();
    process.exit(0);
  });
}
