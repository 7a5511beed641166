// Handlers of the worst kind, for threads and children. Bundled, and loaded by workers.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { defineHandlers, defineResource } from '../../src/index.js';

const slow = defineResource('slow', {
  load: () => wait(20, { copy: randomUUID() }),
  bytes: 1000,
});
const held: unknown[] = [];

export default defineHandlers(
  {
    echo: ({ data }) => data,
    pid: () => process.pid,
    nap: async ({ data, progress }) => {
      progress(process.pid);
      await wait(data as number);
    },
    exitOnce: ({ task }) => (task.attempt === 1 ? process.exit(5) : task.attempt),
    exit: ({ data }) => process.exit(data as number),
    kill: ({ data }) => {
      console.error('famous last words');
      process.kill(process.pid, data as NodeJS.Signals);
      return wait(60_000);
    },
    loop: ({ progress }) => {
      progress({ stage: 'loops' });
      for (;;);
    },
    hang: ({ progress }) => {
      progress({ worker: process.pid });
      return wait(60_000);
    },
    heap: () => {
      for (;;) held.push(new Array(10_000).fill({}).map((_, index) => ({ index })));
    },
    buffers: async () => {
      for (let count = 0; count < 400; count += 1) {
        held.push(Buffer.alloc(4 * 2 ** 20, 1));
        await wait(5);
      }
    },
    uncaught: () => {
      setImmediate(() => {
        throw new RangeError('out of nowhere');
      });
      return wait(60_000);
    },
    program: async ({ progress }) => {
      const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      await once(program, 'spawn');
      progress({ pid: program.pid, worker: process.pid });
      for (;;);
    },
    chatter: ({ progress }) => {
      for (let number = 0; number < 200_000; number += 1) progress({ number });
      for (let number = 0; number < 20; number += 1) progress({ stage: `stage ${number}` });
    },
    slow: async ({ resource }) => resource(slow),
    arguments: () => ({ argv: process.argv.slice(2), env: process.env['FRAMERAIL_TEST'] ?? null }),
  },
  { resources: [slow] },
);
