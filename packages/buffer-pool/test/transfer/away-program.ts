// A program whose memory is with a thread that it doesn't wait for.
import { Worker } from 'node:worker_threads';
import { createBufferPool, transferLease } from '../../src/index.js';

const pool = createBufferPool({ maxBytes: 1 << 20 });
const worker = new Worker(
  `const { parentPort } = require('node:worker_threads');
   const kept = [];
   parentPort.on('message', (message) => { kept.push(message); parentPort.postMessage('kept'); });`,
  { eval: true },
);
const { message, transfer } = transferLease(await pool.acquire(5000));
worker.once('message', () => {
  console.log(`${pool.stats().leases} away`);
  worker.unref();
});
worker.postMessage(message, transfer);
