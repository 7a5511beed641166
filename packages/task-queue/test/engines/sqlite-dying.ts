// A store's thread that ends when it is asked to drop the schedule `end`. Bundled for plain Node.
import { parentPort } from 'node:worker_threads';
import { isStoreThread } from '../../src/sqlite-worker.js';

if (!isStoreThread) throw new Error('Expected to be a thread of a store');
parentPort?.on('message', (order: { readonly call?: { readonly given?: unknown } }) => {
  if (order.call?.given === 'end') process.exit(3);
});
